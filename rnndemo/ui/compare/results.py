"""Which comparison the page Compare shows: one that ships, or one that somebody measured here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from rnndemo.comparison.answerers import Answerer, data_of, load_answerers
from rnndemo.comparison.jobs import ComparisonJob, ComparisonJobs
from rnndemo.comparison.peers import PEERS
from rnndemo.comparison.results import COMPARISON, Comparison, load
from rnndemo.config import DATA_SETS
from rnndemo.data.sets import DataSet, ImageSet
from rnndemo.errors import InputError
from rnndemo.storage.folders import ASSETS
from rnndemo.training.runs import check_data
from rnndemo.ui.shell import url
from rnndemo.ui.shell.clock import apart, time_text
from rnndemo.ui.shell.session import _, _n, errors_to, note, warn
from rnndemo.ui.shell.visitor import visitor
from rnndemo.ui.train.controls import option_text

# name in links -> data and folder of a comparison that ships; the first is shown first
SHIPPED: dict[str, tuple[str, Path]] = {
    "": ("digits", ASSETS / "comparison"),
    "fashion": ("fashion", ASSETS / "comparison-fashion"),
}
JOB = "comparison"  # the parameter that names a comparison measured here
TEXTS = {name: peer.text for name, peer in PEERS.items()}

_CHOSEN = "comparison"


# Names a comparison: its folder, and when it changed last, which is when another peer was measured
Stamp = tuple[str, int]


def jobs() -> ComparisonJobs:
    """Return this visitor's comparisons."""
    return ComparisonJobs(visitor().folder.name)


def chosen_job() -> ComparisonJob | None:
    """Return the comparison measured here that the page shows, None for one that ships."""
    name = _chosen()
    if name in SHIPPED:
        return None
    with errors_to(note):
        return jobs().find(name)
    choose_job("")
    return None


def choose_job(name: str) -> None:
    """Show another comparison: a key of `SHIPPED`, or the name of a job."""
    st.session_state[_CHOSEN] = name


def _chosen() -> str:
    return str(st.session_state.get(_CHOSEN, ""))


def _chosen_name() -> str:
    job = chosen_job()  # says so if it is gone
    return job.name if job else _chosen()


LINK = url.parameter(JOB, choose_job, _chosen_name)


def shown() -> Stamp:
    """Return which comparison the page shows.

    Raises
    ------
    InputError
        If it is missing.
    """
    job = chosen_job()
    found = _stamp(SHIPPED[_chosen()][1] if job is None else job.folder)
    if found is None:
        raise InputError(
            "There is no comparison to show yet. Measure one with the button at the end of the "
            "page."
        )
    return found


def shipped() -> dict[str, Stamp]:
    """Return the comparisons that ship, by their data."""
    stamps = {data: _stamp(folder) for data, folder in SHIPPED.values()}
    return {data: one for data, one in stamps.items() if one}


def others(of: Stamp) -> dict[str, Comparison]:
    """Return the comparisons that ship, by their data, if `of` is one of them."""
    there = shipped()
    return {data: read(one) for data, one in there.items()} if of in there.values() else {}


def _stamp(folder: Path) -> Stamp | None:
    try:
        return str(folder), (folder / COMPARISON).stat().st_mtime_ns
    except OSError:
        return None


@st.cache_resource(max_entries=8, show_spinner=False)
def read(of: Stamp) -> Comparison:
    """Return a comparison, read again only when it has changed.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    return load(Path(of[0]))


@st.cache_resource(max_entries=3, show_spinner=False)
def answerers(of: Stamp) -> Mapping[str, Answerer]:
    """Return the peers of a comparison, each loaded when it is first needed."""
    return load_answerers(Path(of[0]))


def pictures(of: Stamp) -> ImageSet | None:
    """Return the test pictures of a comparison; if they are gone, say so and return None."""
    with errors_to(warn):
        return test_pictures(of)
    return None


def test_pictures(of: Stamp) -> ImageSet:
    """Return the test pictures of a comparison; raise an `InputError` if they are gone."""
    return _data(of).test


@st.cache_resource(max_entries=3, show_spinner=False)
def _data(of: Stamp) -> DataSet:
    about = read(of).about
    check_data(about.data)
    return data_of(about)


def choice() -> None:
    """Draw the choice of the comparison."""
    text, there = _("{data}, included with the app"), shipped()
    titles = {
        name: text.format(data=option_text(data))
        for name, (data, _folder) in SHIPPED.items()
        if data in there or not name
    }
    job = chosen_job()
    made = {one.name: _title(one) for one in [*jobs().all(), *([job] if job else [])]}
    titles |= apart(made)
    names = list(titles)
    chosen = job.name if job else _chosen()
    st.selectbox(
        _("Which results?"), names, index=names.index(chosen) if chosen in names else 0,
        format_func=lambda name: titles.get(name, str(name)), key="compare_which",
        on_change=lambda: choose_job(st.session_state["compare_which"]),
    )  # fmt: skip


def _title(job: ComparisonJob) -> str:
    try:
        asked = job.request
    except InputError:
        return _("a comparison that cannot be read")
    count = len(asked.peers)
    if job.own:
        text = _n(
            "measured here on {date}, {count} method, {data}",
            "measured here on {date}, {count} methods, {data}",
            count,
        )
    else:
        text = _n(
            "measured by someone else on {date}, {count} method, {data}",
            "measured by someone else on {date}, {count} methods, {data}",
            count,
        )
    name = option_text(asked.data) if asked.data in DATA_SETS else _("own classes")
    return text.format(date=time_text(asked.made), count=count, data=name)
