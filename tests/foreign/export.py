"""``twin export`` in this environment, where a format's package is: export.py FLAGS. PYTHONPATH leads to ours."""

import sys

from training import cli

sys.exit(cli.main(["export", *sys.argv[1:]]))
