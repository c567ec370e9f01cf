"""The main job from end to end, as the commands that a person would type."""
