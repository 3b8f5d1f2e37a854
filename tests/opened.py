"""A page of the app without a browser, opened by its link."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.browser import ROOT
from tests.patience import PATIENCE


def open_page(page: str, **query: str) -> AppTest:
    """Open a page by the name of its file, with what a link to it says."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app


def open_train(**query: str) -> AppTest:
    """Open the page Train with what a link to it says."""
    return open_page("train", **query)
