"""What is in a dataset, as one page for a person: ``twin info --html``."""
