"""Datasets, policies and the command line."""
