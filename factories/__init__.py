"""Factories as data: layouts, equipment, generators, importers, maps."""
