"""The app's own components: parts of a page that run in the browser."""

from __future__ import annotations

import atexit
import base64
import hashlib
import json
import re
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from streamlit.components.v1 import declare_component
from streamlit.components.v2.types import ComponentRenderer

from rnndemo.ui.shell.session import _
from rnndemo.web import VIEW, script

HERE = Path(__file__).parent
FULL = 32767  # the largest int16


def component(
    name: str,
    *scripts: str,
    web: bool = False,
    html: str | None = None,
    isolate_styles: bool = True,
    constants: Mapping[str, Callable[[], Any]] | None = None,
) -> ComponentRenderer:
    """Return the function that draws the component of ``NAME.html``, ``NAME.css``, ``NAME.js``.

    Parameters
    ----------
    *scripts : str
        Files whose functions its script uses, see `script_of`.
    web : bool, default False
        Whether it also uses ``web``, the modules of `rnndemo.web`.
    html : str, optional
        Instead of its two files, for a component that shows nothing.
    isolate_styles : bool, default True
        Whether styles of the page do not apply to the component, nor the other way round.
    constants : mapping, optional
        name -> function that returns what it stands for in the script, as JSON: what is the same
        for everybody, and too long to be sent with the data.
    """

    @cache
    def made() -> ComponentRenderer:
        known = {word: json.dumps(value()) for word, value in (constants or {}).items()}
        fixed = "".join(f"const {word} = {value};\n" for word, value in known.items())
        code = fixed + (script() if web else "") + script_of(name, *scripts)
        return st.components.v2.component(
            f"rowbyrow_{name}",
            html=_hidden(_text(f"{name}.html")) if html is None else html,
            css=_text(f"{name}.css") if html is None else None,
            js=_LOADER.format(url=_served_code(name, code)),
            isolate_styles=isolate_styles,
        )

    return lambda data=None, **more: made()(data=_in_list(data), **more)


def _hidden(html: str) -> str:
    """Return the HTML of one element, hidden until ``mounted`` in ``base.js`` shows it.

    Until the script has come, buttons have no names and do nothing.
    """
    return re.sub(r"^<\w+", r'\g<0> style="visibility: hidden"', html, count=1)


def _in_list(data: Any) -> Any:
    """Return a dict as the only thing in a list, from which `_LOADER` takes it.

    In a dict, Streamlit looks for tables, with the help of Pandas: 70 MB for a server, and 3 ms for
    each of its runs.
    """
    return [data] if isinstance(data, dict) else data


# A component's script is sent with every change of its data: so it only says where the script lies.
# It awaits nothing before it is called: whoever is second to ask WebKit for a module that does,
# while the first still waits, gets it with nothing defined in it (bug 242740).
_LOADER = """\
const app = window.__streamlit?.BACKEND_BASE_URL ?? location.href;
let loading, failed = 0;
const load = (tries) =>
  import(new URL({url!r} + (failed ? `?${{failed}}` : ""), app)).catch((error) => {{
    failed += 1; // browsers ask again for what did not come only if its address is new
    if (tries > 1) return new Promise((done) => setTimeout(done, 1000)).then(() => load(tries - 1));
    loading = undefined; // the next change of the data tries again
    throw error;
  }});
export default async (given) => {{
  const {{ default: draw }} = await (loading ??= load(3));
  return draw({{ ...given, data: Array.isArray(given.data) ? given.data[0] : given.data }});
}};
"""


def _served_code(name: str, code: str) -> str:
    """Serve a script to browsers; return its URL, by which they may keep it."""
    digest = hashlib.sha256(code.encode()).hexdigest()[:16]
    file = _folder() / f"{name}-{digest}.js"
    file.write_text(code, encoding="utf-8")
    return served("scripts", file)


@cache
def _folder() -> Path:
    """Return a new folder for scripts, which goes when the server ends."""
    folder = tempfile.TemporaryDirectory(prefix="rowbyrow-scripts-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def script_of(name: str, *scripts: str) -> str:
    """Return a component's script as one module: ``base.js``, the files that it uses, then its own.

    They are joined because the files of a component cannot import one another. A file that is not
    here is one of `rnndemo.web`'s, which exported pages draw with as well.
    """
    return "\n".join(_text(file) for file in ("words.js", "base.js", *scripts, f"{name}.js"))


def served(name: str, script: Path) -> str:
    """Serve a script of a Python package, and what lies beside it, to browsers.

    Returns
    -------
    str
        Its address, relative to the app's: only the browser knows below which path a proxy puts it.
    """
    folder = declare_component(name, path=script.parent)
    return f"component/{folder.name}/{script.name}"


def pack(values: np.ndarray) -> str:
    """Return numbers in base64, little-endian; ``unpack`` in ``base.js`` reads them."""
    return base64.b64encode(values.astype(values.dtype.newbyteorder("<")).tobytes()).decode("ascii")


def pack_states(values: np.ndarray) -> tuple[str, float]:
    """Return activations as packed 16-bit numbers, and the limit that the largest of these means.

    Only c, and h of a relu cell, go beyond 1.
    """
    limit = max(1.0, float(np.abs(values).max()))
    return pack(np.round(values / limit * FULL).astype(np.int16)), limit


def translated(messages: Mapping[str, str], translate: Callable[[str], str] = _) -> dict[str, str]:
    """Return a component's texts in the visitor's language."""
    return {name: translate(message) for name, message in messages.items()}


def _text(file: str) -> str:
    own = HERE / file
    return (own if own.is_file() else VIEW / file).read_text(encoding="utf-8")
