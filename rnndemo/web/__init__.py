"""Read in the browser: strokes, pictures and networks in plain JavaScript.

The files ``*.js`` here compute what `rnndemo.data.frames` and `rnndemo.models` compute, and know no
page; tests hold them equal. Components of pages and exported files take them joined, by `script`.
Those in ``view/`` draw on a page, the app's or an exported one, with what these compute.
"""

from __future__ import annotations

import base64
import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
CELLS, VIEW = HERE / "cells", HERE / "view"
MODULES = (
    "brush.js", "pen.js", "path.js", "weights.js", "products.js", "cells/cells.js", "network.js",
    "reading.js", "continue.js", "sweeps.js",
)  # fmt: skip
WASM = HERE / "products.wasm"

# the arguments of `python -m ziglang` (from PyPI) that make `WASM` of products.c
BUILD = (
    "cc", "-target", "wasm32-freestanding", "-O3", "-msimd128", "-nostdlib", "-Wl,--no-entry",
    "-Wl,--import-memory", "-Wl,--strip-all", "-Wl,-z,stack-size=0",
)  # fmt: skip

_IMPORT = re.compile(r"^import .*\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:function|class|const) (\w+))", re.MULTILINE)


@cache
def script() -> str:
    """Return all modules as one script that defines ``web``, an object with what they export."""
    cells = sorted(path for path in CELLS.glob("*.js") if path.name != "cells.js")
    files = [*(HERE / name for name in MODULES), *cells]
    text = "\n".join(_IMPORT.sub("", path.read_text(encoding="utf-8")) for path in files)
    names = ", ".join(_EXPORT.findall(text))
    binary = base64.b64encode(WASM.read_bytes()).decode("ascii")
    head = f'const web = (() => {{\nconst PRODUCTS = "{binary}";  // products.wasm\n'
    return f"{head}{_EXPORT.sub('', text)}\nreturn {{ {names} }};\n}})();\n"


def reads_cell(name: str) -> bool:
    """Return whether the browser can read cells of this kind."""
    return name != "cells" and (CELLS / f"{name}.js").is_file()
