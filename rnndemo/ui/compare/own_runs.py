"""Own runs in a comparison: which join, by choice or by a link, and their measurements."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import streamlit as st

from rnndemo.comparison.answerers import Answerer, NetworkAnswerer
from rnndemo.comparison.results import Comparison, Measured
from rnndemo.comparison.work import join
from rnndemo.errors import InputError
from rnndemo.models.store import load_cached
from rnndemo.storage.names import WEIGHTS
from rnndemo.ui.compare.results import Stamp, read
from rnndemo.ui.shell import url
from rnndemo.ui.shell.clock import apart
from rnndemo.ui.shell.session import _, errors_to, note, plain, warn
from rnndemo.ui.shell.visitor import own_picture_models, visitor

RUNS = "runs"  # the parameter that names them, separated by commas
CHOICE = "compare_own"  # the widget that chooses them
MAX_OWN_RUNS = 4


def _choose(names: str) -> None:
    """Let the named runs join, separated by commas; say which ones are gone."""
    found = []
    for name in filter(None, names.split(",")[:MAX_OWN_RUNS]):
        with errors_to(note):
            found.append(visitor().find(name).name)
    st.session_state[CHOICE] = list(dict.fromkeys(found))


def _chosen() -> list[str]:
    return list(st.session_state.get(CHOICE, []))


LINK = url.parameter(RUNS, _choose, lambda: ",".join(_chosen()))


def titles() -> dict[str, str]:
    """Return the runs that can join, name -> title: own ones, and those of a link."""
    runs = {run.name: run for run in own_picture_models()}
    for name in _chosen():
        with suppress(InputError):  # `with_own_runs` says that it is gone
            runs.setdefault(name, visitor().find(name))
    names = {name: str(run.about["title"]) or name[:6] for name, run in runs.items()}
    for name, run in runs.items():
        if not run.own:
            names[name] = _("{title}, someone else's").format(title=names[name])
    return apart(names, {name: run.made for name, run in runs.items()})


def own_choice() -> None:
    """Draw the choice of the runs that join."""
    names = titles()
    if not names:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(_("A network that you train can join this table."), width="content")
            st.page_link("pages/train.py", label=_("Train one"), icon=":material/model_training:")
        return
    st.multiselect(
        _("Add your own networks"), list(names),
        format_func=lambda name: names.get(name, name),
        max_selections=MAX_OWN_RUNS, key=CHOICE, persist_state="session",
    )  # fmt: skip


def with_own_runs(of: Stamp) -> Comparison:
    """Return the comparison with the runs that join; say why one cannot join."""
    comparison, names = read(of), titles()
    for name in _chosen():
        with errors_to(partial(_warn_of_run, names.get(name, name))):
            folder = visitor().find(name).folder
            with st.spinner(
                _("Measuring {title}, just this once …").format(title=plain(names[name]))
            ):
                row, answers = _joined(of, stamp_of(folder))
            comparison = replace(
                comparison,
                rows=(*comparison.rows, replace(row, title=names[name])),
                answers={**comparison.answers, name: answers},
            )
    return comparison


def _warn_of_run(title: str, problem: InputError) -> None:
    """Say why a run cannot join, which people know by its title."""
    warn(InputError(problem.message, **{**problem.values, "name": title}))


def own_answerers(comparison: Comparison) -> dict[str, Answerer]:
    """Return the runs that have joined, ready to answer."""
    return {
        row.name: NetworkAnswerer(load_cached(visitor().find(row.name).folder))
        for row in comparison.rows
        if row.kind == "own"
    }


def stamp_of(folder: Path) -> Stamp:
    """Return the folder of a run, and when its network was saved."""
    try:
        return str(folder), (folder / WEIGHTS).stat().st_mtime_ns
    except OSError:
        raise InputError("This run has not saved a network yet, so it cannot join.") from None


@st.cache_data(max_entries=64, show_spinner=False)
def _joined(comparison: Stamp, run: Stamp) -> tuple[Measured, np.ndarray]:
    return join(read(comparison), load_cached(Path(run[0])))
