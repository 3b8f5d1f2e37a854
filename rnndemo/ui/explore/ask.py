"""What do you want to know? The ready questions, an own one, and what answering it takes."""

from __future__ import annotations

import streamlit as st

from rnndemo.errors import N_
from rnndemo.jobs.cluster import scheduler
from rnndemo.jobs.machine import slots
from rnndemo.sweeps import estimate
from rnndemo.sweeps.analysis.texts import field_text, value_text
from rnndemo.sweeps.questions import QUESTIONS
from rnndemo.sweeps.server import database
from rnndemo.sweeps.space import Choices, Dimension, Fixed, SearchSpace, as_value
from rnndemo.sweeps.studies import Study
from rnndemo.ui.explore import state
from rnndemo.ui.explore.editor import editor
from rnndemo.ui.shell.session import _, _n, errors_to, listed, pair, paragraph, warn
from rnndemo.ui.shell.widgets import rough_time

SAMPLER_TEXTS = {
    "grid": N_("every combination"),
    "random": N_("chosen at random"),
    "tpe": N_("chosen near earlier good ones (TPE)"),
}


def ask(study: Study | None) -> SearchSpace | None:
    """Draw the questions; return the search space to start, None if it cannot be used.

    If the page shows a study, the editor is closed at first.
    """
    st.session_state["explore_question"] = state.question()
    st.pills(
        _("What do you want to know?"),
        [*QUESTIONS, state.OWN],
        format_func=question_title,
        key="explore_question",
        on_change=_choose,
        required=True,
    )
    own = state.question() == state.OWN
    with st.container(key="explore_text"):
        st.markdown(
            _(
                "Choose which settings vary; any training setting can. The link contains your "
                "question."
            )
            if own
            else _(QUESTIONS[state.question()].text)
        )
    with st.container(key="explore_own"):
        if own:
            with st.expander(_("The question"), expanded=study is None, key="explore_editor"):
                editor()
    with st.container(key="explore_plan"), errors_to(warn):
        space = state.space()
        if not own:  # else the editor above shows it
            _varies(space)
        st.markdown(plan_text(space))
        return space
    return None


def question_title(name: str) -> str:
    """Return the title of a question in the visitor's language."""
    return _(QUESTIONS[name].title) if name in QUESTIONS else _("Your own question")


def _choose() -> None:
    name = st.session_state["explore_question"]
    if name == state.OWN and state.question() in QUESTIONS:
        state.ask_own(QUESTIONS[state.question()].space)  # begin with the question before
    state.ask(name)
    state.close_study()


def _varies(space: SearchSpace) -> None:
    """Draw what differs between the trials."""
    with st.container(key="explore_fields"):
        st.markdown(
            "\n".join(
                "- " + pair(field_text(path, _), dimension_text(space, path, one))
                for path, one in space.dimensions
            )
        )


def dimension_text(space: SearchSpace, path: str, dimension: Dimension) -> str:
    """Return the values of a field in words, for example "16, 32, 64"."""
    if isinstance(dimension, Fixed):
        return _("always {value}").format(value=value_text(as_value(dimension.value), _))
    if isinstance(dimension, Choices) or space.sampler == "grid":
        return listed(value_text(value, _) for value in space.values(path))
    text = _("{low} to {high}, log scale") if dimension.log else _("{low} to {high}")
    return text.format(low=value_text(dimension.low, _), high=value_text(dimension.high, _))


def plan_text(space: SearchSpace) -> str:
    """Return how many trials there will be, how long they take, and where."""
    if not space.trials:
        many = _("Trials until the budget is spent.")
    elif space.sampler == "grid":
        many = _grid_text(space)
    else:
        many = _("**{trials}**, {how}.").format(
            trials=trials_text(space.trials), how=_(SAMPLER_TEXTS[space.sampler])
        )
    if scheduler():
        return paragraph(many, _("They run on a Dask cluster."))
    seconds = estimate.seconds(space, slots())
    if seconds is None:
        return many
    time = _("Roughly {time} on this machine, {slots} at once.")
    return paragraph(many, time.format(time=rough_time(seconds), slots=slots()))


def _grid_text(space: SearchSpace) -> str:
    """Return how many combinations a grid trains, and with how many seeds; a budget may cut it."""
    points = _n("{count} combination", "{count} combinations", space.points)
    rounds, rest = divmod(space.trials, space.points)
    if not rounds:
        text = _("**{trials}**: the first {first} of {points}, 1 seed each.")
    elif rest:
        text = _("**{trials}**: {points}, {first} of them with {more} seeds, the others {seeds}.")
    else:
        text = _("**{trials}**: {points}, {seeds}.")
    return text.format(
        trials=trials_text(space.trials), points=points.format(count=f"{space.points:,}"),
        seeds=_n("{count} seed each", "{count} seeds each", rounds).format(count=rounds),
        first=f"{rest:,}", more=rounds + 1,
    )  # fmt: skip


def trials_text(count: int) -> str:
    """Return a number of trials in words, for example "12 trials"."""
    return _n("{count} trial", "{count} trials", count).format(count=f"{count:,}")


def where_text() -> str:
    """Return sentences on what a trial is, where trials run and where their results are stored."""
    what = _(
        "A trial trains one network. Its seed determines all random numbers: trials that differ in "
        "the seed alone show what luck does."
    )
    where = (
        _("Trials run on a Dask cluster.")
        if scheduler()
        else _("Trials run on this machine and take turns with all other trainings.")
    )
    kept = [_("Results are kept in a database.")] if database() else []
    return paragraph(what, where, *kept)


def title_of_space(space: SearchSpace) -> str:
    """Return the title of an own question: the settings that vary."""
    return " × ".join(field_text(path, _) for path in space.varied)
