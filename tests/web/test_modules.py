"""No script awaits anything before it is called.

In WebKit (bug 242740), whoever asks for a module that does while it still waits gets it unready: on
Safari, the second of two charts failed.
"""

from __future__ import annotations

import pytest

from rnndemo.ui.components.component import _LOADER, HERE
from rnndemo.web import VIEW, script

SCRIPTS = {"web": script(), "loader": _LOADER.format(url="/script.js")} | {
    path.name: path.read_text(encoding="utf-8")
    for folder in (HERE, VIEW)
    for path in sorted(folder.glob("*.js"))
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_the_body_of_a_function_that_does_not_wait(run, name: str) -> None:
    body = SCRIPTS[name].replace("export default", "return")
    assert run("(web, body) => typeof new Function(body)", body) == "function"


def test_a_script_that_waits_is_none(run) -> None:
    waits = "(web, body) => { try { new Function(body) } catch (error) { return error.name } }"
    assert run(waits, "const { draw } = await import('/script.js');") == "SyntaxError"
