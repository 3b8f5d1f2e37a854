"""What becomes of a model whose weights have 8 bits: measured beside the page, in one table."""

from __future__ import annotations

from functools import partial

import streamlit as st

from rnndemo.errors import InputError
from rnndemo.hardening.data import fitting
from rnndemo.hardening.pruning.jobs import NUMBERS, PruningJob, PruningJobs, PruningRequest
from rnndemo.hardening.pruning.numbers import numbers_of
from rnndemo.models.store import Model, save_model
from rnndemo.plots.robustness.numbers import numbers_said, numbers_table
from rnndemo.ui.robustness.measuring import PACE, digest_of, measuring
from rnndemo.ui.shell.session import paragraph
from rnndemo.ui.shell.sets import data_of
from rnndemo.ui.shell.steps import _, look
from rnndemo.ui.shell.visitor import visitor


def numbers_section(model: Model) -> None:
    """Draw what 8-bit weights cost and save, and the buttons that measure it."""
    st.header(_("What if its numbers are smaller?"), anchor="numbers")
    st.caption(
        paragraph(
            _(
                "A weight usually takes 32 bits. Here each is rounded to one of 256 steps, which "
                "take 8 bits, and nothing is removed: this is called quantisation. What the "
                "weights are multiplied by is rounded while the network reads."
            ),
            _("All test pictures are read both ways, by onnxruntime."),
        )
    )
    job = _job_of(digest_of(model))
    active = job is not None and job.outcome.active
    st.fragment(_live, run_every=PACE if active else None)(model, active)


def _job_of(digest: str) -> PruningJob | None:
    """Return the newest measurement of a model with smaller numbers."""
    for job in PruningJobs(visitor().folder.name).all():
        try:
            request = job.request
        except InputError:
            continue
        if (request.model, request.kind) == (digest, NUMBERS):
            return job
    return None


def _live(model: Model, active: bool) -> None:
    job = _job_of(digest_of(model))
    if (job is not None and job.outcome.active) != active:
        st.rerun()
    found = numbers_of(job.folder) if job else None
    start = partial(_start, model)
    done, of = (found.count, found.count) if found else (0, model.card.test_size)
    measuring("numbers", job, done, of, None if active else start)
    with st.container(key="numbers_place"):
        if found is not None:
            st.markdown(numbers_said(found, look()))
            st.html(numbers_table(found, look()))


def _start(model: Model) -> None:
    fitting(model, data_of(model.config))
    request = PruningRequest(digest_of(model), NUMBERS)
    PruningJobs(visitor().folder.name).start(request, lambda folder: save_model(folder, model))
