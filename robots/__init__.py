"""Robots as data, and the kinematics of their drives."""
