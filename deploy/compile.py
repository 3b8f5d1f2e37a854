"""Import every module of the app, so that they and what they use are compiled, and nothing else.

A container's user cannot write beside the libraries, so each start would compile them anew; all of
them compiled take 200 MB.
"""

from contextlib import suppress
from importlib import import_module
from pkgutil import walk_packages

import rnndemo

for module in walk_packages(rnndemo.__path__, "rnndemo."):
    with suppress(Exception):  # the board looks for a running server
        import_module(module.name)
