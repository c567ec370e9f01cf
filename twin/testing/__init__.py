"""Contract suites for those who add an engine, a renderer or a sensor: subclass one in a test module."""
