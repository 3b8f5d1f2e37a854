"""A link is taken once, what is remembered is written back, and the rest of a URL is left alone."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from rnndemo.ui.shell import url


def page() -> None:
    """Remember a fruit, which a link may name; count the links; let the page change it."""
    import streamlit as st

    from rnndemo.ui.shell import url

    def read(asked: dict[str, str]) -> None:
        st.session_state["read"] = [*st.session_state.get("read", []), asked]
        st.session_state["fruit"] = asked.get("fruit", st.session_state.get("fruit", "pear"))

    def write() -> dict[str, str]:
        fruit = st.session_state["fruit"]
        return {"fruit": fruit} if fruit else {}

    if not st.session_state.get("elsewhere"):
        url.start(url.Part(("fruit", "ripe"), read, write))
    else:
        url.start()
    if "becomes" in st.session_state:
        st.session_state["fruit"] = st.session_state.pop("becomes")
    url.publish()


def opened(**query: str) -> AppTest:
    app = AppTest.from_function(page)
    for name, value in query.items():
        app.query_params[name] = value
    return run(app)


def run(app: AppTest, **state: object) -> AppTest:
    for name, value in state.items():
        app.session_state[name] = value
    app.run()
    assert not app.exception
    return app


def test_without_a_link_what_is_remembered_is_written() -> None:
    app = opened()
    assert app.session_state["read"] == [{}]
    assert app.query_params == {"fruit": "pear"}


def test_a_link_is_taken_once_and_other_parameters_stay() -> None:
    app = opened(fruit="plum", ripe="yes", embed_me="no")
    assert app.session_state["read"] == [{"fruit": "plum", "ripe": "yes"}]
    assert app.query_params == {"fruit": "plum", "embed_me": "no"}
    assert len(run(app).session_state["read"]) == 1


def test_a_change_by_the_page_is_not_a_link_and_the_next_link_is() -> None:
    app = run(opened(fruit="plum"), becomes="apple")
    assert app.query_params == {"fruit": "apple"}
    run(app)
    assert (app.session_state["fruit"], len(app.session_state["read"])) == ("apple", 1)
    app.query_params["fruit"] = "fig"
    run(app)
    assert (app.session_state["fruit"], len(app.session_state["read"])) == ("fig", 2)


def test_a_url_that_was_just_replaced_is_no_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser sends the URL that it shows, which may be older than the page's last change."""
    app = run(opened(fruit="plum"), becomes="apple")
    app.query_params["fruit"] = "plum"
    run(app, becomes="fig")
    assert (app.session_state["fruit"], len(app.session_state["read"])) == ("fig", 1)
    assert app.query_params == {"fruit": "fig"}
    for late in ("apple", "plum"):
        app.query_params["fruit"] = late
        run(app)
        assert app.query_params == {"fruit": "fig"}
    monkeypatch.setattr(url, "LAG", 0.0)
    run(app, becomes="apple")
    app.query_params["fruit"] = "fig"
    run(app)  # after a while, it is a person who goes back
    assert (app.session_state["fruit"], len(app.session_state["read"])) == ("fig", 2)


def test_what_is_no_longer_remembered_goes_from_the_url() -> None:
    assert run(opened(fruit="plum", other="1"), becomes="").query_params == {"other": "1"}


def test_a_page_leaves_alone_what_belongs_to_no_part() -> None:
    app = run(opened(fruit="plum"), elsewhere=True)
    app.query_params["fruit"] = "fig"
    run(app)
    assert app.query_params == {"fruit": "fig"}
    assert app.session_state["fruit"] == "plum"
