"""The second step of own classes: name them, and see how many examples each has."""

from __future__ import annotations

import time

import streamlit as st

from rnndemo.data.own.sets import MAX_CLASSES, MAX_EXAMPLES, MAX_NAME, MIN_EXAMPLES, OwnClass
from rnndemo.data.own.shelf import OwnSetFolder
from rnndemo.ui.own.state import CLASS, change, choose_label, complaints, label_of
from rnndemo.ui.shell.session import _, plain


def classes_step(kept: OwnSetFolder) -> None:
    """Draw the classes with their counts, and the ways to add, rename and delete one."""
    complaints("class")
    classes = kept.content.classes
    label = label_of(kept.content)
    if classes:
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
    if not kept.own:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(classes) < MAX_CLASSES:
            _add(kept)
        if label:
            with st.popover(_("Change this class"), icon=":material/edit:", key="own_class_edit"):
                _edit(kept, label)
        if kept.content.deleted:
            st.button(
                _("Undo the last deletion"), icon=":material/undo:", key="own_undo",
                type="tertiary", on_click=_undo, args=(kept,),
            )  # fmt: skip


def _title(one: OwnClass) -> str:
    return _("{name} · {count} of {least} to {most}").format(
        name=plain(one.name), count=len(one.examples), least=MIN_EXAMPLES, most=MAX_EXAMPLES
    )


def _add(kept: OwnSetFolder) -> None:
    with (
        st.form("own_class_form", clear_on_submit=True, border=False, width=316),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input(_("Name of a new class"), max_chars=MAX_NAME, key="own_class_name", width=200)
        st.form_submit_button(
            _("Add class"), key="own_class_add",
            on_click=lambda: _added(kept, st.session_state["own_class_name"]),
        )  # fmt: skip


def _added(kept: OwnSetFolder, name: str) -> None:
    changed = change("class", kept, lambda content: content.with_class(name))
    if changed is not None:
        choose_label(changed.content.classes[-1].name)


def _edit(kept: OwnSetFolder, label: str) -> None:
    key = f"own_class_name_{kept.id}_{label}"
    st.text_input(
        _("Name of the class"), label, MAX_NAME, key=key, on_change=_rename, args=(kept, label, key)
    )
    st.button(
        _("Delete this class"), icon=":material/delete:", key="own_class_delete", type="tertiary",
        on_click=_delete, args=(kept, label),
    )  # fmt: skip


def _rename(kept: OwnSetFolder, label: str, key: str) -> None:
    name = st.session_state[key]
    changed = change("class", kept, lambda content: content.with_class_renamed(label, name))
    place = [one.name for one in kept.content.classes].index(label)
    if changed is None:
        st.session_state[key] = label
    elif place < len(changed.content.classes):
        choose_label(changed.content.classes[place].name)


def _delete(kept: OwnSetFolder, label: str) -> None:
    change("class", kept, lambda content: content.without_class(label, time.time()))


def _undo(kept: OwnSetFolder) -> None:
    last = kept.content.deleted[-1]
    if change("class", kept, lambda content: content.undone(time.time())) is not None:
        choose_label(last.label)
