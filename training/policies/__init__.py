"""Policies: how they are trained, kept and loaded."""
