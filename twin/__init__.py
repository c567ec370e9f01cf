"""The engine-neutral world: geometry, taxonomy, scenes, physics, renderers, sensors and labels.

Importing this package loads no engine and no heavy library.
"""

__version__ = "0.1.0"
