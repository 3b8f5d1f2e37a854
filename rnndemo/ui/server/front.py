"""What a browser loads first: Streamlit's page, with our style in it and ``assets/front.js``.

Streamlit alone would bring our style after the page is drawn, which would then jump.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from rnndemo.languages import LANGUAGES, language_tag
from rnndemo.storage.folders import ASSETS

STATIC = Path(streamlit.__file__).parent / "static"

# parts of Streamlit that all pages draw: asked for one by one as the page is drawn, they would
# come late and move what stands below
EARLY = ("Html", "ButtonGroup", "Button", "Selectbox", "Slider", "NumberInput", "BidiComponent")

COOKIE = "rowbyrow_visitor"  # whose browser it is; the script makes it
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_YEAR = 365 * 24 * 3600  # seconds

_IMPORT = re.compile(r'from"\./([\w.-]+\.js)"|import"\./([\w.-]+\.js)"')
_PAGE = re.compile(r"/\w*")  # the path of a page, below the one where the app is served
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_HEAD, _END = "<head>", "</body>"


class FrontPage:
    """ASGI middleware that answers a browser's request for a page; Streamlit answers all else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3.0)."""
        answer: ASGIApp = self.app
        if scope["type"] == "http" and _asks_for_page(request := Request(scope)):
            answer = _page_for(request.cookies.get(COOKIE, ""))
        await answer(scope, receive, send)


def _page_for(token: str) -> HTMLResponse:
    # not kept in the browser: after an update it would ask for scripts that are gone
    page = HTMLResponse(front_page(), headers={"Cache-Control": "private, no-cache"})
    if TOKEN.fullmatch(token):
        # without a path, it is for what lies beside this page: a proxy may serve us below another
        page.set_cookie(COOKIE, token, max_age=_YEAR, path=None, samesite="lax")
    return page


def _asks_for_page(request: Request) -> bool:
    wanted = request.headers.get("accept", "")
    return (
        request.method == "GET" and "text/html" in wanted and bool(_PAGE.fullmatch(_path(request)))
    )


def _path(request: Request) -> str:
    """Return the path of a request below the one where the app is served; "" for one beside it."""
    base = str(streamlit.get_option("server.baseUrlPath")).strip("/")
    base = request.scope.get("root_path", "") + (f"/{base}" if base else "")
    path = request.url.path
    return path.removeprefix(base) if path.startswith(base) else ""


@cache
def front_page() -> str:
    """Return the HTML of every page."""
    page = (STATIC / "index.html").read_text("utf-8")
    script = (ASSETS / "front.js").read_text("utf-8")
    style = (ASSETS / "app.css").read_text("utf-8")
    links = "".join(
        f'<link rel="modulepreload" crossorigin href="./static/js/{name}">'
        for name in _early()
        if name not in page
    )
    page = page.replace(_HEAD, f"{_HEAD}<script>{script}</script>{links}", 1)
    # at the end: of two rules that weigh the same the later one counts, Streamlit's are in the head
    return page.replace(_END, f"<style>{style}</style>{_END}", 1)


def language_script(code: str) -> str:
    """Return the script that tells a browser in which language a page is."""
    return f"document.documentElement.lang = '{language_tag(code)}';"


def inline_scripts() -> list[str]:
    """Return all scripts that stand in a page and not in a file."""
    return _INLINE.findall(front_page()) + [language_script(code) for code in LANGUAGES]


def _early() -> list[str]:
    """Return the names of the scripts of `EARLY`, and of all that they import."""
    folder = STATIC / "static" / "js"
    names = [path.name for part in EARLY for path in folder.glob(f"{part}.*.js")]
    for name in names:  # grows as it goes
        imports = _IMPORT.findall((folder / name).read_text("utf-8"))
        names += [found for pair in imports for found in pair if found and found not in names]
    return names
