"""The live part of the page Explore: what a study is doing, its buttons, its progress."""

from __future__ import annotations

import statistics

import streamlit as st

from rnndemo.errors import N_
from rnndemo.jobs.cluster import scheduler
from rnndemo.jobs.machine import slots
from rnndemo.jobs.outcome import Outcome
from rnndemo.sweeps.plan import TrialRecord, combinations
from rnndemo.sweeps.records import StudySpec
from rnndemo.sweeps.space import SearchSpace
from rnndemo.sweeps.studies import MAX_REQUESTED, Study
from rnndemo.ui.explore import state
from rnndemo.ui.explore.answer import answer
from rnndemo.ui.explore.ask import title_of_space, trials_text, where_text
from rnndemo.ui.explore.trials import trials
from rnndemo.ui.shell.session import _, errors_to, warn, warn_of
from rnndemo.ui.shell.widgets import act_button, rough_time, status_word

LIVE = 1.0  # seconds between two updates of a study that runs
OVERHEAD = 1.0  # seconds that a trial takes beside its training

ENDED = N_("trials ended: {ended} of {trials}")
STATUS_TEXTS = {
    "idle": N_("no question asked yet; choose one and press Start"),
    "waiting": N_("place {place} in the queue of studies"),
    "beginning": N_("preparing the workers"),
    "running": ENDED,
    "stopped": N_("trials ended: {ended} of {trials}; you can continue"),
    "done": N_("trials ended: all {ended}"),
    "failed": ENDED,
}
# the same for a study without a limit of trials
UNLIMITED_TEXTS = STATUS_TEXTS | {
    "running": N_("trials ended: {ended}; more until the budget is spent"),
    "stopped": N_("trials ended: {ended}; you can continue"),
    "failed": N_("trials ended: {ended}"),
}


def live(study: Study | None, space: SearchSpace | None) -> None:
    """Draw status, buttons and answer, and update them while the study runs.

    Start would begin another study, with the search space `space`.
    """
    running = study is not None and study.running
    st.fragment(_live, run_every=LIVE if running else None)(study, space, running)


def _live(study: Study | None, space: SearchSpace | None, was_running: bool) -> None:
    outcome = study.outcome if study else Outcome("idle")
    if (outcome.status == "running") != was_running:
        st.rerun()  # another pace, other buttons
    with st.container(key="sweep_damage"):
        about, known = _look(study)
    _status(outcome, about, known)
    _buttons(study, space, outcome, about)
    with st.container(key="sweep_extension"):  # while it runs too, so that nothing below jumps
        if study and study.own and about and known:
            _extension(study, about, known, outcome.status == "running")
    with st.container(key="sweep_progress"):
        if about is not None:
            _progress(outcome, about, known)
    with st.container(key="sweep_results"):
        if study and about and known:
            answer(study, about, known, outcome.status)
            trials(study, about, known)


def _look(study: Study | None) -> tuple[StudySpec | None, list[TrialRecord]]:
    if study is not None:
        with errors_to(warn):
            return study.look()
    return None, []


def _status(outcome: Outcome, about: StudySpec | None, known: list[TrialRecord]) -> None:
    doing = outcome.status
    if doing == "running":
        doing = "waiting" if outcome.place else "running" if known else "beginning"
    ended = sum(trial.ended for trial in known)
    asked = about.trials if about else MAX_REQUESTED
    texts = STATUS_TEXTS if asked < MAX_REQUESTED else UNLIMITED_TEXTS
    text = _(texts[doing]).format(place=outcome.place, ended=f"{ended:,}", trials=f"{asked:,}")
    with st.container(key="sweep_status"):
        st.markdown(f"{status_word(outcome.status)} · {text}")
    warn_of(outcome.message, outcome.values)


def _buttons(
    study: Study | None, space: SearchSpace | None, outcome: Outcome, about: StudySpec | None
) -> None:
    own = study is not None and study.own
    running = outcome.status == "running"
    with st.container(horizontal=True, vertical_alignment="bottom", key="sweep_buttons"):
        act_button(
            "sweep_start", _("Start"), "rocket_launch", space is None or (own and running),
            lambda: _start(space), type="primary",
        )  # fmt: skip
        act_button(
            "sweep_stop", _("Stop"), "stop", not (own and running),
            lambda: study.stop() if study else None,
        )  # fmt: skip
        unfinished = outcome.status in ("stopped", "failed") and about is not None
        act_button(
            "sweep_continue", _("Continue"), "play_arrow", not (own and unfinished),
            lambda: study.go_on() if study else None,
        )  # fmt: skip
    if study is not None and not study.own:
        st.caption(
            _("This is someone else's study: look at it, or ask the same question yourself.")
        )
    else:
        st.caption(where_text())


def _extension(study: Study, about: StudySpec, known: list[TrialRecord], running: bool) -> None:
    more = len(combinations(known))
    with st.container(horizontal=True, vertical_alignment="bottom", key="sweep_more_row"):
        act_button(
            "sweep_seeds", _("More seeds"), "casino", running, study.add_seeds,
            help=_(
                "Train each combination of this study once more, with another seed ({trials}): "
                "only repeated seeds tell a difference from luck."
            ).format(trials=trials_text(more)),
        )  # fmt: skip
        grid = about.space.sampler == "grid"
        one_seed = about.space.points if grid else about.space.repeats
        hint = _("As many trials as there are combinations: one more seed for each.")
        count = st.number_input(
            _("More trials"), 1, MAX_REQUESTED, min(one_seed, MAX_REQUESTED), width=130,
            key=f"sweep_more_{study.name}",  # each study has its own number
            disabled=running, help=hint if grid else None,
        )  # fmt: skip
        act_button("sweep_extend", _("Extend"), "add", running, lambda: study.go_on(int(count)))


def _start(space: SearchSpace | None) -> None:
    if space is None:
        return
    question = state.question()
    ready = question if question != state.OWN else ""
    state.open_study(state.studies().start(space, title_of_space(space), ready))


def _progress(outcome: Outcome, about: StudySpec, known: list[TrialRecord]) -> None:
    """Draw the progress, also of a study that has stopped, so that nothing below it jumps."""
    ended = [trial for trial in known if trial.ended]
    share = len(ended) / about.trials if about.trials else 0.0
    took = [trial.result.seconds for trial in ended if trial.result]
    text = "\u200b"  # no jump when a text appears
    left = about.trials - len(ended)
    if outcome.status == "running" and took and left and about.trials < MAX_REQUESTED:
        at_once = slots() if not scheduler() else max(1, len(known) - len(ended))
        seconds = (statistics.mean(took) + OVERHEAD) * left / min(at_once, left)
        text = _("about {time} left").format(time=rough_time(seconds))
    st.progress(min(share, 1.0), text)
