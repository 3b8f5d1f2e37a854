"""How often models stay right on ever worse test pictures: measured beside the page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial

import streamlit as st

from rnndemo.data.corruptions import SEVERITIES
from rnndemo.errors import N_, InputError
from rnndemo.evaluation.corruption_curves import (
    CLEAN,
    CorruptionScore,
    check_reads_pictures,
    every_pair,
)
from rnndemo.hardening.corrupted.jobs import (
    MAX_MODELS,
    CorruptionJob,
    CorruptionJobs,
    CorruptionRequest,
)
from rnndemo.hardening.corrupted.measured import curve_of, scores_of
from rnndemo.hardening.data import fitting
from rnndemo.models.store import Model, save_model, shipped_names
from rnndemo.plots.robustness.curves import accuracy_by_severity
from rnndemo.ui.robustness.measuring import OWN, PACE, digest_of, measuring
from rnndemo.ui.robustness.readings import show
from rnndemo.ui.shell.session import (
    errors_to,
    model_label,
    model_name,
    model_named,
    model_names,
    paragraph,
    warn,
)
from rnndemo.ui.shell.sets import data_of
from rnndemo.ui.shell.steps import _, look
from rnndemo.ui.shell.visitor import visitor
from rnndemo.ui.shell.widgets import choice

BESIDE = "corrupt_beside"
FIRST_BESIDE = ("digits-hard", "digits-lstm")  # the first of them that is not on the page already
OF = {"one": N_("this corruption"), "all": N_("all of its kind, on average")}

Pair = tuple[str, int]  # a corruption and its severity


def curves_section(model: Model, corruption: str, family: Sequence[str], severity: int) -> None:
    """Draw accuracy against severity for the model of the page and others.

    Parameters
    ----------
    corruption : str
        The one that the page shows.
    family : sequence of str
        Those of its kind.
    """
    st.header(_("How often is it right, as the pictures get worse?"), anchor="curves")
    with st.container(key="corrupt_curves_settings"):
        models = {model_label(model_name()): model} | _beside(model)
        of = choice("corrupt_curves_of", _("Shown"), OF, default="one")
    kinds = (corruption,) if of == "one" else tuple(family)
    st.caption(
        paragraph(
            _("All test pictures, made worse in the same way for every network."),
            _(
                "The bars are 95 % intervals: with 95 % confidence, the true share of right "
                "answers lies within."
            ),
            _("Measuring goes on when you leave the page."),
        )
    )
    jobs = CorruptionJobs(visitor().folder.name).all()
    active = any(job.outcome.active for job in jobs)
    with errors_to(warn):
        live = st.fragment(_live, run_every=PACE if active else None)
        live(models, kinds, severity, active)
    st.caption(_("One network, on the command line:"))
    name = model.name if model.name in shipped_names() else OWN
    command = f"python -m rnndemo corrupt --model {name} --kind {' '.join(kinds)}"
    st.code(command, language="bash", wrap_lines=True)


def _beside(model: Model) -> dict[str, Model]:
    """Draw the choice of models beside that of the page; return them, label -> model."""
    labels = model_names()
    offered = _offered(model, labels)
    key = f"{BESIDE}_{len(model.classes)}"
    if key in st.session_state:  # runs are deleted, and the page's model changes
        st.session_state[key] = [name for name in st.session_state[key] if name in offered]
    first = [name for name in FIRST_BESIDE if name in offered][:1]
    if not offered:
        return {}
    names = st.multiselect(
        _("Beside it"), list(offered), default=None if key in st.session_state else first,
        format_func=lambda name: labels.get(name, str(name)), max_selections=MAX_MODELS - 1,
        key=key, persist_state="session",
    )  # fmt: skip
    return {labels[name]: offered[name] for name in names}


def _offered(model: Model, names: Iterable[str]) -> dict[str, Model]:
    """Return the other models of the menu that can be corrupted and have the same classes."""
    found = {}
    for name in names:
        with suppress(InputError):
            one = model_named(name)
            check_reads_pictures(one)
            if name != model_name() and one.classes == model.classes:
                found[name] = one
    return found


def _live(models: Mapping[str, Model], kinds: Sequence[str], severity: int, active: bool) -> None:
    jobs = CorruptionJobs(visitor().folder.name).all()
    if any(job.outcome.active for job in jobs) != active:
        st.rerun()
    scores = _scores(jobs)
    digests = {label: digest_of(one) for label, one in models.items()}
    lines = {label: curve_of(scores.get(one, {}).values(), kinds) for label, one in digests.items()}
    missing = [label for label, line in lines.items() if len(line) <= len(SEVERITIES)]
    job = _job_of(jobs, [digests[label] for label in missing], kinds)
    start = partial(_start, [models[label] for label in missing], kinds)
    if job is None:
        asked = {(CLEAN, 0), *every_pair(kinds)}
        known = [asked & set(scores.get(one, ())) for one in digests.values()]
        done, of = sum(map(len, known)), len(digests) * len(asked)
    else:
        done, of = len(scores_of(job.folder)), job.request.points
    measuring("corrupt", job, done, of, None if active or not missing else start)
    with st.container(key="corrupt_curves_place"):
        if any(lines.values()):
            show(accuracy_by_severity(lines, severity, look()), "corrupt_curves")


def _scores(jobs: Sequence[CorruptionJob]) -> dict[str, dict[Pair, CorruptionScore]]:
    """Return what is measured of each model, by digest: the newest figure of each corruption."""
    found: dict[str, dict[Pair, CorruptionScore]] = {}
    for job in jobs:
        for one in scores_of(job.folder):
            of_model = found.setdefault(one.model, {})
            of_model.setdefault(one.score.pair, one.score)
    return found


def _job_of(
    jobs: Sequence[CorruptionJob], missing: Collection[str], kinds: Sequence[str]
) -> CorruptionJob | None:
    """Return the measurement that goes on, else the newest one that lacks what is missing."""
    for job in jobs:
        if job.outcome.active:
            return job
    for job in jobs:
        with suppress(InputError):
            request = job.request
            lacks = set(request.models) & set(missing) and set(request.kinds) == set(kinds)
            if lacks and job.outcome.status != "done":
                return job
    return None


def _start(models: Sequence[Model], kinds: Sequence[str]) -> None:
    for one in models:
        fitting(one, data_of(one.config))
    by_digest = {digest_of(one): one for one in models}
    request = CorruptionRequest(tuple(by_digest), tuple(kinds))
    jobs = CorruptionJobs(visitor().folder.name)
    jobs.start(request, lambda folder, digest: save_model(folder, by_digest[digest]))
