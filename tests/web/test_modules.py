"""No script awaits anything before it is called.

In WebKit (bug 242740), whoever asks for a module that does while it still waits gets it unready: on
Safari, the second of two charts failed.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route

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


LOAD = """async ([loader, times]) => {
    const load = new Function(loader.replace("export default", "return"))();
    const drawn = [];
    for (let k = 0; k < times; k += 1) {
        drawn.push(await load({ data: ["given"] }).catch(() => "failed"));
    }
    return drawn;
}"""


def test_a_script_that_does_not_come_is_asked_for_again(browser: Browser) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url.rpartition("/")[2])
        script = "export default ({ data }) => `drew ${data}`;"
        if len(asked) < 5:
            route.abort()
        else:
            route.fulfill(body=script, content_type="text/javascript")

    page = browser.new_page()
    page.route("http://app.test/", lambda route: route.fulfill(body="", content_type="text/html"))
    page.route("http://app.test/*.js*", answer)
    page.goto("http://app.test/")
    drawn = page.evaluate(LOAD, [_LOADER.format(url="a.js"), 3])
    page.close()
    assert drawn == ["failed", "drew given", "drew given"]
    assert asked == ["a.js", "a.js?1", "a.js?2", "a.js?3", "a.js?4"]
