"""Textures that any surface can have."""

from twin import textures

SHARED = tuple(name for name, texture in textures.TEXTURES.items() if not texture.argument)
