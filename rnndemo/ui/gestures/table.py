"""The table of reactions on the page: one choice per gesture, saved at once."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from rnndemo.data.drawn.gestures import CLASSES
from rnndemo.errors import InputError
from rnndemo.plots.gestures.board import gesture_picture
from rnndemo.reactions.table import MAX_COOLDOWN, NOTHING, REACTIONS, Table, load, save
from rnndemo.storage.folders import home
from rnndemo.ui.gestures.words import STAGES, gesture_name, reaction_name
from rnndemo.ui.shell.session import _, errors_to, look, warn
from rnndemo.ui.shell.visitor import visitor
from rnndemo.ui.shell.widgets import choice, small_button

CHOICE = "gesture_stage_choice"  # the widget that chooses what gestures act on
COOLDOWN = "reaction_cooldown"
MAX_UNDO = 20  # changes that can be undone

_BEFORE, _VERSIONS, _PROBLEM = "reaction_tables_before", "reaction_versions", "reaction_problem"


def folder() -> Path:
    """Return this visitor's folder of reactions; it may not exist yet."""
    return home() / "reactions" / visitor().folder.name


def table() -> Table:
    """Return this visitor's table; if it is damaged, say so and return the default."""
    with errors_to(warn):
        return load(folder())
    return Table()


def chosen_stage() -> str:
    """Return what gestures act on now, a key of `REACTIONS`."""
    return str(st.session_state.get(CHOICE, next(iter(REACTIONS))))


def stage_choice() -> None:
    """Draw the choice of what gestures act on."""
    choice(CHOICE, _("What should gestures control?"), STAGES, default=next(iter(REACTIONS)))


@st.fragment
def reaction_table() -> None:
    """Draw the choice of what each gesture does on the chosen stage."""
    rules, name = table(), chosen_stage()
    st.header(_("Which gesture does what?"))
    st.caption(
        _("{stage}: choose what each gesture does. Changes are saved at once.").format(
            stage=_(STAGES[name])
        )
    )
    with st.container():
        if _PROBLEM in st.session_state:
            warn(st.session_state.pop(_PROBLEM))
    half = len(CLASSES) // 2
    with st.container(key="reaction_table"):
        for column, labels in zip(
            st.columns(2, gap="large"), (CLASSES[:half], CLASSES[half:]), strict=True
        ):
            with column:
                for label in labels:
                    _choice(name, label, rules)
    _steering(rules)


def _choice(stage: str, gesture: str, rules: Table) -> None:
    row, name, set_off = f"reaction_{stage}_{gesture}", gesture_name(gesture), rules.assigned[stage]
    texts = {NOTHING: _("nothing"), **{each: reaction_name(each) for each in REACTIONS[stage]}}
    key = _key_showing(row, set_off[gesture])
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=row):
        picture = gesture_picture(gesture, look(), "")
        text = f'<div class="gesture-name">{picture}<span>{escape(name)}</span></div>'
        st.markdown(text, unsafe_allow_html=True, width=154)
        st.selectbox(
            name,
            list(texts),
            index=list(texts).index(set_off[gesture]),
            format_func=texts.__getitem__,
            key=key,
            label_visibility="collapsed",
            on_change=lambda: _change(table().assign(stage, gesture, st.session_state[key])),
        )


def _steering(rules: Table) -> None:
    """Draw the pause between two reactions, and the buttons for undo and for the defaults."""
    key = _key_showing(COOLDOWN, float(rules.cooldown))
    with st.container(key=COOLDOWN):
        st.slider(
            _("Seconds between two reactions"),
            0.0, MAX_COOLDOWN, float(rules.cooldown), 0.1, "%.1f", key=key,
            help=_("A pause keeps a trembling hand from turning two slides at once."),
            on_change=lambda: _change(Table(table().assigned, st.session_state[key])),
        )  # fmt: skip
    before: list[Table] = st.session_state.get(_BEFORE, [])
    with st.container(horizontal=True):
        small_button("reaction_undo", _("Undo"), "undo", disabled=not before, on_click=_undo)
        small_button(
            "reaction_defaults", _("Back to the defaults"), "restart_alt",
            disabled=rules == Table(), on_click=lambda: _change(Table()),
        )  # fmt: skip


def _key_showing(name: str, value: str | float) -> str:
    """Return a key for the control `name` under which it shows `value`, a fresh one if need be.

    A value that the app puts into a control may be sent back later as if a person had chosen it;
    after an undo, that would redo the change.
    """
    versions: dict[str, int] = st.session_state.setdefault(_VERSIONS, {})
    version = versions.get(name, 0)
    if st.session_state.get(f"{name}_{version}", value) != value:
        version = versions[name] = version + 1
    return f"{name}_{version}"


def _change(new: Table) -> None:
    """Save another table, and remember the previous one for undo."""
    old = table()
    if new != old and _save(new):
        st.session_state[_BEFORE] = [*st.session_state.get(_BEFORE, []), old][-MAX_UNDO:]


def _undo() -> None:
    before: list[Table] = st.session_state.get(_BEFORE, [])
    if before and _save(before[-1]):
        st.session_state[_BEFORE] = before[:-1]


def _save(new: Table) -> bool:
    try:
        save(folder(), new)
    except InputError as problem:
        st.session_state[_PROBLEM] = problem
        return False
    return True
