"""Read in the browser: strokes, pictures and networks in plain JavaScript, without a page.

The files ``*.js`` are modules that compute what `rnndemo.data.frames` and `rnndemo.models` compute;
tests hold them equal. Components of pages and exported files take them joined, by `script`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
CELLS = HERE / "cells"
FILES = ("brush.js", "pen.js", "path.js", "weights.js", "cells/cells.js", "network.js")

_IMPORT = re.compile(r"^import .*\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:function|class|const) (\w+))", re.MULTILINE)


@cache
def script() -> str:
    """Return all modules as one script that defines ``web``, an object with what they export."""
    cells = sorted(path for path in CELLS.glob("*.js") if path.name != "cells.js")
    files = [*(HERE / name for name in FILES), *cells]
    text = "\n".join(_IMPORT.sub("", path.read_text(encoding="utf-8")) for path in files)
    names = ", ".join(_EXPORT.findall(text))
    return f"const web = (() => {{\n{_EXPORT.sub('', text)}\nreturn {{ {names} }};\n}})();\n"


def reads_cell(name: str) -> bool:
    """Return whether the browser can read cells of this kind."""
    return name != "cells" and (CELLS / f"{name}.js").is_file()
