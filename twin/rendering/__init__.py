"""Renderers behind one contract."""
