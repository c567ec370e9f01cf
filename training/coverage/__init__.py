"""Rare cases by request: how many episodes of each are asked for, and how many are really there."""
