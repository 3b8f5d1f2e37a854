"""What the page Explore remembers, and its place in the URL: question, own search space, study."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import streamlit as st

from rnndemo import codec
from rnndemo.config import RunConfig
from rnndemo.errors import InputError
from rnndemo.sweeps import space_file
from rnndemo.sweeps.questions import QUESTIONS
from rnndemo.sweeps.records import read_about
from rnndemo.sweeps.space import SearchSpace
from rnndemo.sweeps.studies import Studies, Study, check_offered
from rnndemo.sweeps.study import check_ends, check_scans
from rnndemo.ui.shell import session, url
from rnndemo.ui.shell.visitor import visitor

QUESTION, SPACE, STUDY = "question", "space", "study"  # parameters of a link
OWN = "own"  # a question other than the ready ones
FIRST = next(iter(QUESTIONS))
MAX_LETTERS = 1500  # letters of a search space in a link

_QUESTION, _DRAFT, _STUDY = "question", "own_question", "study"
_CHOSEN, _TABLE = "chosen_trials", "trials_table_version"
EDITOR = "explore_field_"  # prefix of the keys of the editor's controls


def studies() -> Studies:
    """Return the studies of this session's visitor."""
    return Studies(visitor().folder.name)


def _read(asked: dict[str, str]) -> None:
    """Take question and study from a link; unusable values fall back, with a notice."""
    if not asked:
        if _STUDY not in st.session_state:
            _show_latest()
        return
    st.session_state[_STUDY] = ""
    if STUDY in asked:
        with session.errors_to(session.note):
            open_study(studies().find(asked[STUDY]))
    if SPACE in asked:
        with session.errors_to(session.note):
            ask_own(_from_link(asked[SPACE]))
    elif QUESTION in asked:
        name = asked[QUESTION]
        if name in QUESTIONS or name == OWN:
            ask(name)
        else:
            session.note(
                InputError(
                    "There is no question {name!r} here; choose one of {known}.",
                    name=name[:40], known=", ".join(QUESTIONS),
                )
            )  # fmt: skip


def _show_latest() -> None:
    """Show this visitor's study that is still running, or else the newest, if there is one."""
    st.session_state[_STUDY] = ""
    mine = studies().all()
    if mine:
        open_study(next((one for one in mine if one.running), mine[0]))


def _from_link(text: str) -> SearchSpace:
    try:
        content = json.loads(text[: 10 * MAX_LETTERS])
    except (ValueError, RecursionError):
        raise InputError("The search space in the link is incomplete.") from None
    space = space_file.from_json(content)
    check_offered(space)
    check_scans(space)
    return space


def _write() -> dict[str, str]:
    text = _link_text() if question() == OWN else ""
    wanted = {QUESTION: question(), STUDY: study_name(), SPACE: text}
    return {name: value for name, value in wanted.items() if value}


LINK = url.Part((QUESTION, SPACE, STUDY), _read, _write)


def _link_text() -> str:
    """Return the own search space as a link carries it, "" where it is too long."""
    content = dict(draft())
    content["base"] = _differing(content["base"])
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return text if len(text) <= MAX_LETTERS else ""


def _differing(base: dict[str, Any]) -> dict[str, Any]:
    """Return those values of a configuration that differ from the defaults."""
    short: dict[str, Any] = {}
    for part, value in codec.to_json(RunConfig()).items():
        given = base.get(part, value)
        if isinstance(value, dict):
            given = {name: one for name, one in given.items() if one != value.get(name)}
        if given not in (value, {}):
            short[part] = given
    return short


def question() -> str:
    """Return the name of the ready question that is chosen, or `OWN`."""
    return str(st.session_state.get(_QUESTION, FIRST))


def ask(name: str) -> None:
    """Choose a ready question, or the own one."""
    st.session_state[_QUESTION] = name


def ask_own(space: SearchSpace) -> None:
    """Let the editor show a search space."""
    st.session_state[_DRAFT] = space_file.to_json(space)
    st.session_state[_QUESTION] = OWN
    session.forget_widgets(EDITOR)  # they then show what the own search space has


def draft() -> dict[str, Any]:
    """Return the own search space as the editor has it; it may not be usable."""
    first = space_file.to_json(QUESTIONS[FIRST].space)
    stored: dict[str, Any] = st.session_state.setdefault(_DRAFT, first)
    return stored


def store_draft(content: dict[str, Any]) -> None:
    """Remember the own search space."""
    st.session_state[_DRAFT] = content


def leave_out(path: str) -> None:
    """Let a setting no longer vary in the own search space."""
    fields = {name: one for name, one in draft()["fields"].items() if name != path}
    store_draft({**draft(), "fields": fields})
    session.forget_widgets(field_key(path, ""))  # should it be added again, it begins afresh


def field_key(path: str, what: str) -> str:
    """Return the key of one control of a setting in the editor."""
    return f"{EDITOR}{path.replace('.', '_')}_{what}"


def space() -> SearchSpace:
    """Return the search space of the chosen question.

    Raises
    ------
    InputError
        If the own search space cannot be used, a scan of it does not fit its pictures, or nothing
        would end its study.
    """
    if question() != OWN:
        return QUESTIONS[question()].space
    found = space_file.from_json(draft())
    check_offered(found)
    check_scans(found)
    check_ends(found, found.trials)
    return found


def study_name() -> str:
    """Return the name of the study that the page shows, "" for none."""
    return str(st.session_state.get(_STUDY, ""))


def current_study() -> Study | None:
    """Return the study that the page shows; if it is gone, say so."""
    if not study_name():
        return None
    with session.errors_to(session.warn):
        return studies().find(study_name())
    close_study()
    return None


def open_study(study: Study) -> None:
    """Show a study, and the question that it answers."""
    st.session_state[_STUDY] = study.name
    choose_trials(())
    name = study.about["question"]
    if name in QUESTIONS:
        ask(name)
        return
    with suppress(InputError):  # what is wrong with it is said where it is shown
        ask_own(read_about(study.folder).space)


def close_study() -> None:
    """Show no study."""
    st.session_state[_STUDY] = ""
    choose_trials(())


def chosen_trials() -> frozenset[int]:
    """Return the numbers of the trials that a person has selected."""
    return frozenset(st.session_state.get(_CHOSEN, ()))


def choose_trials(numbers: Any) -> None:
    """Select trials in all views."""
    st.session_state[_CHOSEN] = tuple(sorted({int(number) for number in numbers}))


def refresh_table() -> None:
    """Let the table show a selection that was made elsewhere."""
    st.session_state[_TABLE] = table_version() + 1


def table_version() -> int:
    """Return how often a selection was made elsewhere than in the table."""
    return int(st.session_state.get(_TABLE, 0))
