"""What people type is shown as text: no title, name or note becomes a picture, link or formula."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser

from rnndemo.ui.server.front import COOKIE
from tests.browser import DESKTOP, watched
from tests.e2e.people import open_page
from tests.hand_made import PLACES, Answer, client

# fields of elements that a browser shows as they are: kind of element, or "" for any, and field
PLAIN = {
    ("selectbox", "options"),
    ("selectbox", "raw_value"),
    ("multiselect", "options"),
    ("multiselect", "raw_values"),
    ("", "alt"),
    ("text_input", "default"),
    ("text_input", "value"),
    ("bidi_component", "json"),  # drawn by our scripts, as text of elements or of drawings
    ("echarts_chart", "spec"),
    ("download_button", "url"),
    ("", "id"),
}
PAGES = [
    ("", "model={run}"),
    ("train", "run={run}"),
    ("train", "data.name=set:{set-drawings}"),
    ("inside", "model={run}"),
    ("gestures", "part=own&set={set-drawings}"),
    ("gestures", "part=own&set={set-photos}"),
    ("explore", "study={study}"),
    ("compare", "comparison={comparison}&runs={run}"),
    ("robustness", "model={run}"),
]

_ESCAPED = re.compile(r"\\.")  # in Markdown


class _Elements(HTMLParser):
    """Collects what a piece of HTML loads or opens."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.addresses += [
            f"{tag} {name}={value}"
            for name, value in attributes
            if (name in ("src", "href") and not (value or "").startswith(("data:", "#")))
            or name.startswith("on")
        ]


def marked(answer: Answer, typed: str) -> list[str]:
    """Return where what was typed is taken for markup."""
    found = []
    for kind, name, text in answer.texts:
        plain = bool({(kind, name), ("", name.rpartition(".")[2])} & PLAIN)
        if kind != "html" and typed in text and not plain:
            found.append(f"{kind}.{name}: {text}")
        elements = _Elements()
        elements.feed("" if plain else text if kind == "html" else _ESCAPED.sub("", text))
        found += [f"{kind}.{name}: {one}" for one in elements.addresses]
    return found


LINKS = [
    ("", ("lang", "model")),
    ("train", ("run", "data.name", "seed", "model.cell")),
    ("inside", ("draw", "row", "layer", "unit", "model")),
    ("gestures", ("part", "set")),
    ("explore", ("question", "study", "space")),
    ("compare", ("comparison", "runs")),
    ("robustness", ("lang", "model")),
]


@pytest.mark.parametrize(("page", "names"), LINKS)
def test_what_a_link_says_is_text(
    address: str, typed: tuple[str, str], page: str, names: tuple[str, ...]
) -> None:
    with client(address) as visitor:
        answer = visitor.run(page, "&".join(f"{name}={quote(typed[1])}" for name in names))
    assert not answer.errors
    assert marked(answer, typed[1]) == []


@pytest.mark.parametrize(("page", "query"), PAGES)
def test_what_is_typed_is_text(address: str, typed: tuple[str, str], page: str, query: str) -> None:
    token, text = typed
    with client(address, token) as visitor:
        answer = visitor.run(page, query.format(**{name: one for name, (_, one) in PLACES.items()}))
    assert not answer.errors
    # a study is known by its question, whatever its title is
    assert page == "explore" or text in answer.said().replace("\\", ""), "it is not shown"
    assert marked(answer, text) == []


def test_no_page_asks_another_server(
    address: str, typed: tuple[str, str], browser: Browser
) -> None:
    asked: set[str] = set()
    with watched(browser.new_context(**DESKTOP)) as page:  # what is forbidden is an error there
        page.context.add_cookies([{"name": COOKIE, "value": typed[0], "url": address}])
        page.context.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
        for name, query in PAGES:
            link = query.format(**{thing: one for thing, (_, one) in PLACES.items()})
            open_page(page, f"{address}/{name}?{link}")
    assert asked - {""} == {urlsplit(address).netloc}  # data and blobs have no server
