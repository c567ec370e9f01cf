"""Sensors: what a robot can know of the world."""
