"""Which versions of the named packages an environment has."""

import sys
from importlib.metadata import version

for name in sys.argv[1:]:
    print(name, version(name))
