from __future__ import annotations

import re

import pytest
import streamlit

from rnndemo.ui.server.front import COOKIE, EARLY, STATIC, TOKEN, FrontPage, front_page
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
    status, _, body = answered(path, [(b"accept", accept.encode())], method)
    return status, body


def answered(
    path: str, headers: list[tuple[bytes, bytes]], method: str = "GET"
) -> tuple[int, dict[str, str], str]:
    """Return status, headers and body of the answer to a request."""
    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "root_path": "", "query_string": b"",
        "scheme": "http", "server": ("localhost", 80), "headers": headers,
    }  # fmt: skip
    run(FrontPage(theirs)(scope, None, send))  # type: ignore[arg-type]
    start, body = sent
    got = {name.decode(): value.decode() for name, value in start["headers"]}  # type: ignore[attr-defined]
    return int(str(start["status"])), got, bytes(body["body"]).decode()  # type: ignore[arg-type]


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


def test_server_renews_the_cookie_of_a_script_which_safari_forgets_after_a_week() -> None:
    token = "t" * 32
    asked = [(b"accept", BROWSER.encode()), (b"cookie", f"x=1; {COOKIE}={token}".encode())]
    _, headers, _ = answered("/train", asked)
    cookie = headers["set-cookie"].split("; ")
    assert cookie[0] == f"{COOKIE}={token}"
    assert "Max-Age=31536000" in cookie
    assert "SameSite=lax" in cookie
    assert not any(part.lower().startswith("path") for part in cookie)  # only the browser knows it
    assert headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("token", ["", "short", "t" * 33, "t" * 31 + "!", '"' + "t" * 30 + '"'])
def test_a_cookie_that_is_no_token_is_not_written(token: str) -> None:
    asked = [(b"accept", BROWSER.encode()), (b"cookie", f"{COOKIE}={token}".encode())]
    status, headers, _ = answered("/", asked)
    assert status == 200
    assert "set-cookie" not in headers


def test_cookie_has_the_name_and_form_that_the_app_looks_for() -> None:
    page = front_page()
    assert f'"{COOKIE}"' in page
    assert TOKEN.pattern in page
