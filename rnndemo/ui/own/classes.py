"""The second step of own classes: name them, and see how many examples each has."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from rnndemo.data.own.sets import MAX_CLASSES, MAX_EXAMPLES, MAX_NAME, MIN_EXAMPLES, OwnClass
from rnndemo.data.own.shelf import OwnSetFolder
from rnndemo.ui.own.state import CLASS, change, choose_label, complaints, label_of
from rnndemo.ui.shell.session import _, plain
from rnndemo.ui.shell.widgets import small_button


def classes_step(own_set: OwnSetFolder) -> None:
    """Draw the classes with their counts, and the controls to add, rename and delete one."""
    complaints("class")
    classes = own_set.content.classes
    label = label_of(own_set.content)
    with st.container():
        if classes:
            _class_choice(classes, label)
    if not own_set.own:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(classes) < MAX_CLASSES:
            _add(own_set)
        if label:
            with st.popover(_("Change this class"), icon=":material/edit:", key="own_class_edit"):
                _edit(own_set, label)
        if own_set.content.deleted:
            text = _("Undo the last deletion")
            small_button("own_undo", text, "undo", on_click=_undo, args=(own_set,))


def _class_choice(classes: Sequence[OwnClass], label: str) -> None:
    known = {one.name: one for one in classes}
    choose_label(label)
    st.pills(
        _("Which class?"),
        list(known),
        format_func=lambda name: _title(known[name]) if name in known else "",
        key=CLASS,
        required=True,
        persist_state="session",
    )


def _title(one: OwnClass) -> str:
    return _("{name} · {count} (needs {least} to {most})").format(
        name=plain(one.name), count=len(one.examples), least=MIN_EXAMPLES, most=MAX_EXAMPLES
    )


def _add(own_set: OwnSetFolder) -> None:
    with (
        st.form("own_class_form", clear_on_submit=True, border=False, width=316),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input(_("Name of a new class"), max_chars=MAX_NAME, key="own_class_name", width=200)
        st.form_submit_button(
            _("Add class"), key="own_class_add",
            on_click=lambda: _added(own_set, st.session_state["own_class_name"]),
        )  # fmt: skip


def _added(own_set: OwnSetFolder, name: str) -> None:
    changed = change("class", own_set, lambda content: content.with_class(name))
    if changed is not None:
        choose_label(changed.content.classes[-1].name)


def _edit(own_set: OwnSetFolder, label: str) -> None:
    key = f"own_class_name_{own_set.id}_{label}"
    st.text_input(
        _("Name of the class"),
        label,
        MAX_NAME,
        key=key,
        on_change=_rename,
        args=(own_set, label, key),
    )
    small_button(
        "own_class_delete", _("Delete this class"), "delete", on_click=_delete,
        args=(own_set, label),
    )  # fmt: skip


def _rename(own_set: OwnSetFolder, label: str, key: str) -> None:
    name = st.session_state[key]
    changed = change("class", own_set, lambda content: content.with_class_renamed(label, name))
    place = [one.name for one in own_set.content.classes].index(label)
    if changed is None:
        st.session_state[key] = label
    elif place < len(changed.content.classes):
        choose_label(changed.content.classes[place].name)


def _delete(own_set: OwnSetFolder, label: str) -> None:
    change("class", own_set, lambda content: content.without_class(label, time.time()))


def _undo(own_set: OwnSetFolder) -> None:
    last = own_set.content.deleted[-1]
    if change("class", own_set, lambda content: content.undone(time.time())) is not None:
        choose_label(last.label)
