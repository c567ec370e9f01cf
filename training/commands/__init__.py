"""The commands of ``twin``, one file each.

A file's name is the command's name (``import_.py`` is ``import``, ``a_b.py`` is ``a-b``); a leading underscore
hides a file. The first line of its docstring is the summary in ``twin --help``. It holds a frozen dataclass ``Args``,
whose fields are the flags and whose field docstrings are their help, and ``run(args) -> int``, the exit code.
"""
