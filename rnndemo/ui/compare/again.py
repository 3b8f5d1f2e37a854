"""The last part of the page Compare: measure it again, here and now."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import streamlit as st

from rnndemo.comparison.jobs import MAX_EPOCHS, MAX_SEEDS, ComparisonJob, ComparisonRequest
from rnndemo.comparison.peers import PEERS, with_timekeepers
from rnndemo.comparison.results import load
from rnndemo.comparison.run import SEEDS
from rnndemo.errors import N_, InputError
from rnndemo.reading.percent import digits_of
from rnndemo.training.state import read_state
from rnndemo.ui.compare.results import choose_job, jobs
from rnndemo.ui.shell.session import _, warn_of
from rnndemo.ui.shell.widgets import act_button, queue_text, status_word
from rnndemo.ui.train.controls import data_texts

PACE = 1.0  # seconds between two updates while a comparison is measured
NO_PICTURES = "gestures-strokes"  # pen paths: a CNN could not see them
CHEAP = ("lstm", "cnn", "svm")

STATUS_TEXTS = {
    "idle": N_("no measurement of yours yet; press Measure"),
    "running": N_("methods measured: {done} of {all}"),
    "done": N_("methods measured: all {all}"),
    "stopped": N_(
        "methods measured: {done} of {all}; their results are kept, and you can continue"
    ),
    "failed": N_("methods measured: {done} of {all}"),
}


def measure_again() -> None:
    """Draw the settings of a new comparison, and the progress of the newest one."""
    st.header(_("Measure again"), anchor="again")
    st.markdown(
        _(
            "This app has measured every figure above, and can measure again on this machine: "
            "with other pictures, other methods or longer training. Measuring goes on when you "
            "leave the page."
        )
    )
    _settings()
    newest = next(iter(jobs().all()), None)
    active = newest is not None and newest.outcome.active
    st.fragment(_live, run_every=PACE if active else None)(newest, active)


def _settings() -> None:
    texts = data_texts("")
    texts.pop(NO_PICTURES)
    left, right = st.columns(2, gap="large")
    with left:
        st.selectbox(
            _("Pictures"), list(texts), format_func=lambda name: texts.get(name, name),
            key="compare_data",
        )  # fmt: skip
        st.number_input(
            _("Epochs"), 1, MAX_EPOCHS, None, key="compare_epochs",
            placeholder=_("chosen to suit the pictures"),
        )  # fmt: skip
        st.number_input(
            _("Trainings per network"), 1, MAX_SEEDS, SEEDS, key="compare_seeds",
            help=_(
                "Each starts from different weights. With one, nobody can tell whether a "
                "difference is chance."
            ),
        )  # fmt: skip
    with right:
        st.pills(
            _("Methods"), list(PEERS), selection_mode="multi", default=list(CHEAP),
            format_func=lambda name: _(PEERS[name].title), key="compare_peers", wrap=True,
        )  # fmt: skip


def _start() -> None:
    state = st.session_state
    peers = tuple(name for name in PEERS if name in state["compare_peers"])
    asked = ComparisonRequest(
        state["compare_data"], peers, state["compare_epochs"] or 0, state["compare_seeds"]
    )
    jobs().start(asked)


def _live(job: ComparisonJob | None, active: bool) -> None:
    status = job.outcome if job else None
    if status and status.active != active:
        st.rerun()
    rows, pictures = _progress(job) if job else ([], 0)
    done = sum(row["done"] for row in rows)
    doing, place = (status.status, status.place) if status else ("idle", 0)
    if doing == "queued":
        text = queue_text(place)
    else:
        text = _(STATUS_TEXTS[doing]).format(done=done, all=len(rows))
    with st.container(key="compare_status"):
        st.markdown(f"{status_word(doing)} · {text}")
    warn_of(status.message if status else "", status.values if status else {})
    _buttons(job, active, done)
    if job:
        _table(job, rows, digits_of(pictures))


def _progress(job: ComparisonJob) -> tuple[list[dict[str, Any]], int]:
    """Return a row for each requested peer, its progress and figures, and the test pictures."""
    try:
        asked = job.request
    except InputError:
        return [], 0
    measured, pictures = {}, 0
    with suppress(InputError):  # before the first is measured
        found = load(job.folder)
        measured, pictures = {row.name: row for row in found.rows}, found.about.test_size
    rows = []
    for name in with_timekeepers(asked.peers):
        row = measured.get(name)
        rows.append(
            {
                "done": row is not None,
                _("method"): _(PEERS[name].title),
                _("progress"): 1.0 if row else _trained(job, name, asked.seeds),
                _("right, %"): 100 * row.accuracy if row else None,
                _("training, s"): row.train_seconds if row else None,
                _("one drawing, ms"): 1000 * row.latency if row else None,
            }
        )
    return rows, pictures


def _trained(job: ComparisonJob, name: str, seeds: int) -> float:
    """Return the share of a peer's trainings that is done, less than 1."""
    share = 0.0
    for folder in (job.folder / "runs").glob(f"{name}-[0-9]*"):
        with suppress(InputError):
            state = read_state(folder)
            share += state.step / max(1, state.steps) / seeds
    return min(share, 0.99)


def _buttons(job: ComparisonJob | None, active: bool, done: int) -> None:
    with st.container(horizontal=True, key="compare_buttons"):
        go_on = job is not None and job.own and job.outcome.status in ("stopped", "failed")
        act_button("compare_start", _("Measure"), "speed", active, _start, type="primary")
        if job is None:
            return
        act_button("compare_stop", _("Stop"), "stop", not (active and job.own), job.stop)
        if go_on:
            act_button("compare_go_on", _("Continue"), "play_arrow", False, job.go)
        act_button(
            "compare_show", _("Show these results above"), "visibility", not done,
            lambda: choose_job(job.name),
        )  # fmt: skip


def _table(job: ComparisonJob, rows: list[dict[str, Any]], digits: int) -> None:
    with st.container(key="compare_progress"):
        st.dataframe(
            [{name: value for name, value in row.items() if name != "done"} for row in rows],
            hide_index=True,
            height="content",
            placeholder="–",
            column_config={
                _("progress"): st.column_config.ProgressColumn(
                    format="percent", min_value=0, max_value=1
                ),
                _("right, %"): st.column_config.NumberColumn(format=f"%.{digits}f"),
                _("training, s"): st.column_config.NumberColumn(format="%.1f"),
                _("one drawing, ms"): st.column_config.NumberColumn(format="%.2f"),
            },
        )
