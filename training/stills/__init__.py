"""Stills from many places of a scene instead of a drive: no robot, no physics engine."""
