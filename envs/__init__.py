"""Gymnasium environments in the twin: tasks, rewards, metrics, experts. Importing registers them."""

from envs.registration import register

register()
