"""Lessons in pairs: Start trains a second run beside the first, and both are compared in words."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from rnndemo.errors import InputError
from rnndemo.presets import LESSONS, PAIRS, preset_of
from rnndemo.sweeps.analysis.differences import difference_text
from rnndemo.training.history import History
from rnndemo.training.pairs import PairedRun, PerCent, figure, other_side, pair_of, seen
from rnndemo.training.runs import Run
from rnndemo.training.state import RunState
from rnndemo.ui.shell.session import _, pair, paragraph, percent, plain, title_of
from rnndemo.ui.shell.visitor import visitor
from rnndemo.ui.shell.widgets import status_word

COMPARED = "compared_runs"  # in the session: names of the runs that a person chose to compare
VIEW = "train_view"  # the key of the choice of what to watch

Watched = tuple[Run, RunState, History]


def start_beside(run: Run) -> None:
    """Start the second run, if `run` is the first of a lesson's pair."""
    lesson = preset_of(run.config)
    if lesson not in PAIRS:
        return
    titles = [pair(_(LESSONS[lesson][0]), _(name)) for name in PAIRS[lesson].names]
    other = visitor().start(other_side(lesson), titles[1])
    run.describe(titles[0], beside=other.name)
    other.describe(titles[1], beside=run.name)
    st.session_state.pop(COMPARED, None)  # what was compared before
    st.session_state[VIEW] = PAIRS[lesson].view


def beside(run: Run | None) -> list[str]:
    """Return the name of the run that was started together with `run`, if there is one."""
    name = "" if run is None else str(run.about["beside"])
    return [name] if name else []


def lesson_of(run: Run, others: list[Run]) -> tuple[str, bool]:
    """Return the lesson that a run and one other make up, "" for none; whether it is the second."""
    with suppress(InputError):
        if len(others) == 1:
            first, second = run.config, others[0].config
            return pair_of(first, second) or pair_of(second, first), not pair_of(first, second)
    return "", False


def names(run: Run, others: dict[str, Run]) -> list[str]:
    """Return what to call the two runs of a lesson; nothing if they are none."""
    lesson, swapped = lesson_of(run, list(others.values()))
    if not lesson:
        return []
    first, second = (_(name) for name in PAIRS[lesson].names)
    return [second, first] if swapped else [first, second]


def verdict(one: Watched, other: Watched) -> None:
    """Say what two runs have shown: a lesson's, once both have ended; others, how they differ."""
    lesson, swapped = lesson_of(one[0], [other[0]])
    if not lesson:
        _difference(one[0], other[0])
        return
    two = (other, one) if swapped else (one, other)
    sides = [
        PairedRun(_(name), history, state.status == "failed")
        for name, (_run, state, history) in zip(PAIRS[lesson].names, two, strict=True)
    ]
    if any(state.active or state.status == "paused" for _run, state, _history in two):
        doing = [
            pair(side.name, status_word(state.status))
            for side, (_run, state, _history) in zip(sides, two, strict=True)
        ]
        st.caption(" · ".join(doing))
        return
    said = [
        _(text).format(**{name: _shown(value) for name, value in values.items()})
        for text, values in seen(lesson, *sides)
    ]
    if said:
        st.info(plain(paragraph(*said)), icon=":material/search_insights:")


def _difference(run: Run, other: Run) -> None:
    """Say what the settings of another run are, unlike those of the run on the page."""
    with suppress(InputError):
        said = difference_text(other.config, run.config, _) or _("the same settings")
        st.caption(plain(pair(title_of(other), said)))


def _shown(value: float | str) -> str:
    if isinstance(value, PerCent):
        return percent(value, 1)
    return value if isinstance(value, str) else figure(value)
