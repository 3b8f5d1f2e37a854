"""How right a model is, the more of it is removed: measured beside the page, shown as it comes."""

from __future__ import annotations

from functools import partial

import streamlit as st

from rnndemo.errors import N_, InputError
from rnndemo.hardening.data import fitting
from rnndemo.hardening.pruning.jobs import PRUNED_BY, PruningJob, PruningJobs, PruningRequest
from rnndemo.hardening.pruning.measured import STEPS, points_of
from rnndemo.models.store import Model, save_model
from rnndemo.plots.robustness.pruned import accuracy_by_share
from rnndemo.plots.robustness.pruned_costs import costs_by_share
from rnndemo.ui.robustness.measuring import PACE, digest_of, measuring
from rnndemo.ui.robustness.pruning.readings import MEASURES, Pruning, check_way
from rnndemo.ui.robustness.readings import show
from rnndemo.ui.shell.session import paragraph
from rnndemo.ui.shell.sets import data_of
from rnndemo.ui.shell.steps import _, look
from rnndemo.ui.shell.visitor import visitor
from rnndemo.ui.shell.widgets import choice

RIGHT = "right"
SHOWN = {
    RIGHT: N_("right answers"),
    "bytes": N_("size of the file"),
    "seconds": N_("time for a drawing"),
}
Way = tuple[str, str]  # what is removed, and by which measure


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
    of = choice("prune_shares_of", _("Shown"), SHOWN, default=RIGHT)
    jobs = _jobs_of(digest_of(model))
    mine = jobs.get((pruning.kind, pruning.measure))
    active = any(job.outcome.active for job in jobs.values())
    st.fragment(_live, run_every=PACE if active else None)(model, pruning, mine, active, of)
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


def _live(model: Model, pruning: Pruning, mine: PruningJob | None, active: bool, of: str) -> None:
    jobs = _jobs_of(digest_of(model))
    if any(job.outcome.active for job in jobs.values()) != active:
        st.rerun()
    way = pruning.kind, pruning.measure
    points = {_name(*key): points_of(jobs[key].folder) for key in _ways() if key in jobs}
    done = len(points.get(_name(*way), ()))
    start = None if active else partial(_start, model, pruning)
    measuring("prune", mine, done, len(STEPS), start)
    with st.container(key="prune_shares_place"):
        if any(points.values()):
            if of == RIGHT:
                show(accuracy_by_share(points, pruning.share, look()), "prune_shares")
            else:
                show(costs_by_share(points, pruning.share, of, look()), "prune_costs")


def _ways() -> list[Way]:
    return [(kind, measure) for kind, measures in PRUNED_BY.items() for measure in measures]


def _name(kind: str, measure: str) -> str:
    """Return what a line of the chart is called."""
    if kind == "weights":
        return _("single weights")
    return _("units, judged by {measure}").format(measure=_(MEASURES[measure]))


def _start(model: Model, pruning: Pruning) -> None:
    fitting(model, data_of(model.config))
    check_way(model, pruning)
    request = PruningRequest(digest_of(model), pruning.kind, pruning.measure)
    PruningJobs(visitor().folder.name).start(request, lambda folder: save_model(folder, model))
