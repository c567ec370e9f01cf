"""Pages for people: figures, tables and frames with their labels, in one HTML file that needs nothing else."""
