"""A visitor's studies: the list, and what can be done with a study."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import streamlit as st

from rnndemo.errors import InputError
from rnndemo.sweeps.questions import QUESTIONS
from rnndemo.sweeps.records import read_about
from rnndemo.sweeps.studies import Study
from rnndemo.ui.explore import state
from rnndemo.ui.explore.ask import title_of_space
from rnndemo.ui.shell.clock import local_time, time_text
from rnndemo.ui.shell.session import _, paragraph
from rnndemo.ui.shell.widgets import (
    TABLE_KEYS,
    act_button,
    delete_all,
    list_key,
    status_word,
    undo_button,
)


def study_list(current: Study | None) -> None:
    """Draw the visitor's studies."""
    st.header(_("Your studies"))
    with st.container(key="explore_deleted"):
        undo_button("explore_undelete", state.studies().undelete)
    studies = state.studies().all()
    if not studies:
        st.caption(
            _("None yet. Press Start above; you will find your studies here, in this browser.")
        )
        return
    st.caption(paragraph(_("Choose one to open or delete it."), _(TABLE_KEYS)))
    chosen = st.container(key="explore_studies").dataframe(
        [_row(one, current) for one in studies],
        key=list_key("explore_studies", studies),
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
        placeholder="–",
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
            "explore_delete", _("Delete"), "delete", not picked, lambda: _delete(picked),
            type="tertiary",
        )  # fmt: skip


def _row(study: Study, current: Study | None) -> dict[str, Any]:
    here = current is not None and study.name == current.name
    ended = None
    with suppress(InputError):  # shown when the study is opened
        ended = sum(trial.ended for trial in study.look()[1])
    return {
        "": "●" if here else "",
        _("question"): title_of(study),
        _("status"): status_word(study.outcome.status),
        _("trials"): ended,
        _("asked"): local_time(study.about["made"]),
    }


def title_of(study: Study) -> str:
    """Return what a study asks, in a few words; if that cannot be read, when it was asked."""
    asked = study.about
    if asked["question"] in QUESTIONS:
        return _(QUESTIONS[asked["question"]].title)
    with suppress(InputError):
        return title_of_space(read_about(study.folder).space)
    return str(asked["title"]) or _("Study of {time}").format(time=time_text(asked["made"]))


def _delete(studies: list[Study]) -> None:
    def delete(name: str) -> None:
        state.studies().delete(name)
        if name == state.study_name():
            state.close_study()

    delete_all("explore_undelete", delete, [study.name for study in studies])
