"""A visitor's runs: the list, what can be done with a run, and which are compared."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import streamlit as st

from rnndemo.errors import N_, InputError
from rnndemo.evaluation.cards import data_text
from rnndemo.export.formats import FORMATS
from rnndemo.jobs.job import MAX_TITLE
from rnndemo.models.store import Model, load_cached
from rnndemo.plots.look.colors import RUN_COLORS
from rnndemo.storage.names import CONFIG, EVENTS, WEIGHTS
from rnndemo.training.runs import MAX_NOTES, Run
from rnndemo.ui.shell.clock import local_time, time_text
from rnndemo.ui.shell.session import (
    _,
    errors_to,
    language,
    note,
    paragraph,
    plain,
    set_model,
    title_of,
    warn,
)
from rnndemo.ui.shell.visitor import is_of_scenes, visitor
from rnndemo.ui.shell.widgets import (
    TABLE_KEYS,
    act_button,
    delete_all,
    file_name,
    list_key,
    percent_format,
    status_word,
    undo_button,
)
from rnndemo.ui.train import experiment
from rnndemo.ui.train.bar import state_of
from rnndemo.ui.train.pairs import COMPARED, beside
from rnndemo.ui.train.report import report_html

MAX_COMPARED = len(RUN_COLORS[False]) + 1  # the run on the page among them

TIMED_OUT = N_("done (time limit)")


def compared(current: Run | None) -> dict[str, Run]:
    """Return the runs that are drawn beside the current one, by their titles."""
    chosen: dict[str, Run] = {}
    for name in st.session_state.get(COMPARED, beside(current)):
        with suppress(InputError):  # deleted meanwhile
            run = visitor().find(name)
            if current is None or run.name != current.name:
                title = f"{title_of(run)} ({time_text(run.made)})"
                while title in chosen:  # made within the same minute
                    title += "′"
                chosen[title] = run
    return chosen


def run_list(current: Run | None) -> None:
    """Draw the visitor's runs."""
    st.header(_("Your runs"))
    undo_button("train_undelete", visitor().undelete)
    runs = visitor().all()
    if not runs:
        st.caption(_("None yet. Press Start; you will find your runs here, in this browser."))
        return
    text = _("Choose one to open it, or up to {most} to compare their curves.")
    st.caption(paragraph(text.format(most=MAX_COMPARED), _(TABLE_KEYS)))
    chosen = st.container(key="train_runs").dataframe(
        [_row(run, current) for run in runs],
        key=list_key("train_runs", runs),
        on_select="rerun",
        selection_mode="multi-row",
        hide_index=True,
        placeholder="–",  # an accuracy that is not measured yet
        column_config={
            _("accuracy"): st.column_config.NumberColumn(format=percent_format(2)),
            _("date"): st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
        },
    )
    picked = [runs[number] for number in chosen["selection"]["rows"] if number < len(runs)]
    with st.container(horizontal=True):
        _act(
            "train_open",
            _("Open"),
            "folder_open",
            len(picked) != 1,
            lambda: experiment.show_run(picked[0]),
        )
        _act(
            "train_compare", _("Compare"), "stacked_line_chart",
            not comparable(picked, current), lambda: compare(picked, current),
        )  # fmt: skip
        _act("train_delete", _("Delete"), "delete", not picked, lambda: _delete(picked))
        if compared(current):
            _act(
                "train_uncompare", _("Stop comparing"), "close", False, lambda: compare([], current)
            )


def _row(run: Run, current: Run | None) -> dict[str, Any]:
    state = state_of(run)
    here = current is not None and run.name == current.name
    return {
        "": "●" if here else "",
        _("run"): title_of(run),
        _("data"): _data(run),
        _("status"): _(TIMED_OUT) if state.timed_out else status_word(state.status),
        _("accuracy"): None if state.test_accuracy is None else 100 * state.test_accuracy,
        _("steps"): state.step,
        _("notes"): str(run.about["notes"]),
        _("date"): local_time(run.made),
    }


def _data(run: Run) -> str | None:
    """Return what a run learns from; None if that cannot be read."""
    with suppress(InputError):
        return data_text(run.config.data.name, _)
    return None


def _act(key: str, label: str, icon: str, disabled: bool, act: Callable[[], Any]) -> None:
    act_button(key, label, icon, disabled, act, type="tertiary")


def comparable(picked: list[Run], current: Run | None) -> bool:
    """Return whether the picked runs and the one on the page are some to compare, not too many."""
    names = {run.name for run in (*picked, *([current] if current else []))}
    alike = not any(map(is_of_scenes, picked))  # their loss is another
    return bool(picked) and alike and 2 <= len(names) <= MAX_COMPARED


def compare(runs: list[Run], current: Run | None) -> None:
    """Let curves of runs be drawn beside those of the run on the page, by default the first."""
    if current is None and runs:
        experiment.show_run(runs[0])
    st.session_state[COMPARED] = [run.name for run in runs]


def _delete(runs: list[Run]) -> None:
    def delete(name: str) -> None:
        visitor().delete(name)
        if name == experiment.run_name():
            experiment.open_run("")

    delete_all("train_undelete", delete, [run.name for run in runs])


def model_of(run: Run) -> Model | None:
    """Return the network that a run has saved, None if there is none yet."""
    if (run.folder / WEIGHTS).is_file():
        with errors_to(warn):
            return load_cached(run.folder)
    return None


def run_details(run: Run, model: Model | None) -> None:
    """Draw title, notes and downloads of a run."""
    about = run.about
    if run.own:
        left, right = st.columns([0.4, 0.6])
        with left:
            _text(run, "title", _("Name of this run"), MAX_TITLE)
        with right:
            _text(run, "notes", _("Notes"), MAX_NOTES)
    else:
        st.markdown(f"**{plain(title_of(run))}** {plain(about['notes'])}")
    with st.container(horizontal=True, key="train_downloads"):
        with st.container(horizontal=True, width="content"):
            if model is not None:
                _use(run, model)
        for name in (CONFIG, EVENTS):
            if (run.folder / name).is_file():
                _download(name, name, (run.folder / name).read_bytes)


def _text(run: Run, part: str, label: str, most: int) -> None:
    """Draw the field of a part of what is said of a run; only what is typed here changes it."""
    key = f"train_{part}_{run.name}"

    def describe() -> None:
        with errors_to(note):
            about = {**run.about, part: st.session_state[key]}
            run.describe(about["title"], about["notes"])

    st.text_input(label, run.about[part], most, key=key, on_change=describe)


def _use(run: Run, model: Model) -> None:
    """Draw the buttons that take a run's network elsewhere."""
    if st.button(_("Draw with it"), icon=":material/draw:", key="train_use", type="primary"):
        set_model(run.name)
        st.switch_page("pages/draw.py")
    for shape in (one for one in FORMATS.values() if one.fits(model)):
        file = f"{_file_name(run)}{shape.suffix}"
        _download(_(shape.label), file, partial(shape.content, model))
    report = partial(report_html, run, model, title_of(run), language())
    _download(_("Report as HTML"), f"{_file_name(run)}.html", report)


def _file_name(run: Run) -> str:
    """Return a run's title as the name of a file."""
    return file_name(title_of(run), "run")


def _download(label: str, file: str, content: Any) -> None:
    st.download_button(
        label, content, file, key=f"train_download_{label}", on_click="ignore",
        icon=":material/download:", type="tertiary",
    )  # fmt: skip
