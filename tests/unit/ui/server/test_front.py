from __future__ import annotations

import re

import pytest
import streamlit

from rnndemo.ui.server.front import EARLY, STATIC, FrontPage, front_page
from rnndemo.ui.shell.visitor import COOKIE, TOKEN
from tests.loops import run

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


async def theirs(scope: object, receive: object, send: object) -> None:
    await send({"type": "http.response.start", "status": 299, "headers": []})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": b"of Streamlit"})  # type: ignore[operator]


@pytest.fixture
def below(monkeypatch: pytest.MonkeyPatch) -> None:
    """The app is served below the path /rnn."""
    monkeypatch.setattr(streamlit, "get_option", {"server.baseUrlPath": "/rnn/"}.__getitem__)


def answer(path: str, accept: str = BROWSER, method: str = "GET") -> tuple[int, str]:
    """Return status and body of the answer to a request."""
    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "root_path": "", "query_string": b"",
        "scheme": "http", "server": ("localhost", 80), "headers": [(b"accept", accept.encode())],
    }  # fmt: skip
    run(FrontPage(theirs)(scope, None, send))  # type: ignore[arg-type]
    start, body = sent
    return int(str(start["status"])), bytes(body["body"]).decode()  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/", "/train", "/no_such_page"])
def test_browser_gets_a_page_with_style_and_script(path: str) -> None:
    status, page = answer(path)
    assert status == 200
    assert page == front_page()
    assert ".st-key-page_head" in page
    assert "BACKEND_BASE_URL" in page


@pytest.mark.parametrize(
    "request_",
    [
        ("/train", "*/*"),  # a script asks
        ("/", BROWSER, "POST"),
        ("/static/js/index.js",),
        ("/_stcore/health",),
        ("/media/picture.png",),
        ("/train/",),  # Streamlit sends it to /train
        ("//elsewhere",),
    ],
)
def test_all_else_is_left_to_streamlit(request_: tuple[str, ...]) -> None:
    assert answer(*request_) == (299, "of Streamlit")


@pytest.mark.parametrize("path", ["/rnn/", "/rnn/train"])
def test_below_a_path_a_page_is_a_page(path: str, below: None) -> None:
    assert answer(path)[1] == front_page()


@pytest.mark.parametrize(
    "path", ["/", "/train", "/rnn", "/rnnx", "/rnn/train/", "/rnn/static/x.js"]
)
def test_what_lies_beside_that_path_is_left_to_streamlit(path: str, below: None) -> None:
    assert answer(path) == (299, "of Streamlit")


def test_style_comes_after_streamlits_own_and_the_script_before_it() -> None:
    page = front_page()
    own, theirs, style = (page.index(text) for text in ("BACKEND_BASE_URL", "index.", "<style>"))
    assert own < theirs < page.index("<body") < style


def test_scripts_of_every_page_are_asked_for_at_once_and_once() -> None:
    asked = re.findall(r'rel="modulepreload" crossorigin href="./static/js/([^"]+)"', front_page())
    assert len(asked) == len(set(asked))
    for name in asked:
        assert (STATIC / "static" / "js" / name).is_file()
    for part in EARLY:
        assert any(name.startswith(f"{part}.") for name in asked), part


def test_cookie_has_the_name_and_form_that_the_app_looks_for() -> None:
    page = front_page()
    assert f'"{COOKIE}"' in page
    assert TOKEN.pattern in page
