"""Gymnasium environments in the twin: tasks, rewards, metrics, experts."""
