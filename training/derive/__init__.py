"""Datasets made of datasets: selected, merged, augmented, rendered again. What they are made of is never changed."""
