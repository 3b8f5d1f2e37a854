"""A visitor's studies: the list, and what can be done with a study."""

from __future__ import annotations

import datetime
from contextlib import suppress
from typing import Any

import streamlit as st

from rnndemo.errors import InputError
from rnndemo.sweeps.questions import QUESTIONS
from rnndemo.sweeps.studies import Study
from rnndemo.ui.explore import state
from rnndemo.ui.explore.ask import title_of_space
from rnndemo.ui.shell.session import _
from rnndemo.ui.shell.widgets import act_button, remember_deleted, undo_button


def study_list(current: Study | None) -> None:
    """Draw the visitor's studies."""
    st.subheader(_("Your studies"))
    with st.container(key="explore_deleted"):
        undo_button("explore_undelete", state.studies().undelete)
    studies = state.studies().all()
    if not studies:
        st.caption(
            _("None yet. Press Start above; you will find your studies here, in this browser.")
        )
        return
    chosen = st.dataframe(
        [_row(one, current) for one in studies],
        key="explore_studies",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
        column_config={
            "": st.column_config.TextColumn(width=40),
            _("asked"): st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
        },
    )
    picked = [studies[row] for row in chosen["selection"]["rows"] if row < len(studies)]
    with st.container(horizontal=True):
        act_button(
            "explore_open", _("Open"), "folder_open", not picked,
            lambda: state.open_study(picked[0]), type="tertiary",
        )  # fmt: skip
        act_button(
            "explore_delete", _("Delete"), "delete", not picked, lambda: _delete(picked[0]),
            type="tertiary",
        )  # fmt: skip


def _row(study: Study, current: Study | None) -> dict[str, Any]:
    here = current is not None and study.name == current.name
    shown, title, ended = study.about, "", None
    with suppress(InputError):  # shown when the study is opened
        about, known = study.look()
        title = title_of_space(about.space)
        ended = sum(trial.ended for trial in known)
    if shown["question"] in QUESTIONS:
        title = _(QUESTIONS[shown["question"]].title)
    return {
        "": "●" if here else "",
        _("question"): title or shown["title"] or study.name[:8],
        _("status"): study.outcome.status,
        _("trials"): ended,
        _("asked"): datetime.datetime.fromtimestamp(shown["made"], datetime.UTC),
    }


def _delete(study: Study) -> None:
    state.studies().delete(study.name)
    if study.name == state.study_name():
        state.close_study()
    remember_deleted("explore_undelete", [study.name])
