"""How right a model is, the more of it is removed: measured beside the page, shown as it comes."""

from __future__ import annotations

from functools import partial

import streamlit as st

from rnndemo.errors import N_, InputError
from rnndemo.hardening.pruning.jobs import PRUNED_BY, PruningJob, PruningJobs, PruningRequest
from rnndemo.hardening.pruning.measured import STEPS, points_of
from rnndemo.hardening.pruning.prune import fitting
from rnndemo.jobs.machine import slots
from rnndemo.models.store import Model, save_model
from rnndemo.plots.robustness.pruned import accuracy_by_share
from rnndemo.ui.robustness.pruned import MEASURES, Pruning, check_way, digest_of
from rnndemo.ui.robustness.readings import show
from rnndemo.ui.shell.session import paragraph, warn_of
from rnndemo.ui.shell.sets import data_of
from rnndemo.ui.shell.steps import _, look
from rnndemo.ui.shell.visitor import visitor
from rnndemo.ui.shell.widgets import act_button, status_word

PACE = 1.0  # seconds between two updates while it is measured
Way = tuple[str, str]  # what is removed, and by which measure

STATUS_TEXTS = {
    "idle": N_("not measured yet; press Measure"),
    "queued": N_("place {place} in the queue; this machine trains up to {slots} at once"),
    "running": N_("shares measured: {done} of {all}"),
    "done": N_("shares measured: all {all}"),
    "stopped": N_("shares measured: {done} of {all}; they are kept, and you can continue"),
    "failed": N_("shares measured: {done} of {all}"),
}


def shares_section(model: Model, pruning: Pruning) -> None:
    """Draw accuracy against the share that is removed, and the buttons that measure it."""
    st.header(_("How much can go?"), anchor="shares")
    st.caption(
        paragraph(
            _(
                "All test pictures are read by the whole model and by ever smaller ones. The bars "
                "are 95 % intervals: with 95 % confidence, the true share of right answers lies "
                "within."
            ),
            _("Measuring goes on when you leave the page."),
        )
    )
    jobs = _jobs_of(digest_of(model))
    mine = jobs.get((pruning.kind, pruning.measure))
    active = any(job.outcome.active for job in jobs.values())
    st.fragment(_live, run_every=PACE if active else None)(model, pruning, mine, active)
    st.caption(_("One share, on the command line:"))
    st.code(pruning.command(model), language="bash", wrap_lines=True)


def _jobs_of(digest: str) -> dict[Way, PruningJob]:
    """Return the newest measurement of each way to prune a model."""
    found: dict[Way, PruningJob] = {}
    for job in PruningJobs(visitor().folder.name).all():
        try:
            request = job.request
        except InputError:
            continue
        if request.model == digest:
            found.setdefault((request.kind, request.measure), job)
    return found


def _live(model: Model, pruning: Pruning, mine: PruningJob | None, active: bool) -> None:
    jobs = _jobs_of(digest_of(model))
    if any(job.outcome.active for job in jobs.values()) != active:
        st.rerun()
    way = pruning.kind, pruning.measure
    points = {_name(*key): points_of(jobs[key].folder) for key in _ways() if key in jobs}
    status = mine.outcome if mine else None
    doing, place = (status.status, status.place) if status else ("idle", 0)
    done = len(points.get(_name(*way), ()))
    with st.container(key="prune_status"):
        text = _(STATUS_TEXTS[doing])
        text = text.format(place=place, slots=slots(), done=done, all=len(STEPS))
        st.markdown(f"{status_word(doing)} · {text}")
    warn_of(status.message if status else "", status.values if status else {})
    _buttons(model, pruning, mine, active)
    with st.container(key="prune_shares_place"):
        if any(points.values()):
            show(accuracy_by_share(points, pruning.share, look()), "prune_shares")


def _ways() -> list[Way]:
    return [(kind, measure) for kind, measures in PRUNED_BY.items() for measure in measures]


def _name(kind: str, measure: str) -> str:
    """Return what a line of the chart is called."""
    if kind == "weights":
        return _("single weights")
    return _("units, judged by {measure}").format(measure=_(MEASURES[measure]))


def _buttons(model: Model, pruning: Pruning, mine: PruningJob | None, active: bool) -> None:
    with st.container(horizontal=True, key="prune_buttons"):
        act_button("prune_start", _("Measure"), "speed", active, partial(_start, model, pruning))
        if mine is None:
            return
        act_button("prune_stop", _("Stop"), "stop", not mine.outcome.active, mine.stop)
        if mine.outcome.status in ("stopped", "failed"):
            act_button("prune_go_on", _("Continue"), "play_arrow", active, mine.go)


def _start(model: Model, pruning: Pruning) -> None:
    fitting(model, data_of(model.config))
    check_way(model, pruning)
    request = PruningRequest(digest_of(model), pruning.kind, pruning.measure)
    PruningJobs(visitor().folder.name).start(request, lambda folder: save_model(folder, model))
