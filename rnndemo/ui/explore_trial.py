"""From a point to a model: what a trial that is picked out can become."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from rnndemo import codec
from rnndemo.errors import InputError
from rnndemo.models.store import WEIGHTS
from rnndemo.sweeps.analysis import params_text
from rnndemo.sweeps.kept import Study
from rnndemo.sweeps.plan import Known
from rnndemo.sweeps.records import About, folder_of
from rnndemo.sweeps.takeover import take_over
from rnndemo.training.run import Run
from rnndemo.ui import experiment
from rnndemo.ui.session import _, note, set_model, warn
from rnndemo.ui.train import IN_ORDER
from rnndemo.ui.visitor import visitor

COMPARE = "pages/compare.py"
ROOT = Path(__file__).resolve().parents[2]


def chosen_trial(study: Study, about: About, known: list[Known], chosen: frozenset[int]) -> None:
    """Draw what is known of the trial that is picked out, and its way to the other pages.

    Parameters
    ----------
    study : Study
    about : About
    known : list of Known
    chosen : frozenset of int
    """
    picked = [trial for trial in known if trial.number in chosen]
    with st.container(border=True, key="explore_trial"):
        if not picked:
            st.caption(_("Choose a trial, in the table or in the chart, to open it as a model."))
            return
        trial = picked[0]
        if len(picked) > 1:
            best = max(picked, key=_accuracy)
            number = st.selectbox(
                _("One of those that you chose"), [one.number for one in picked],
                index=picked.index(best), key=f"explore_one_{best.number}_{len(picked)}",
                width=320,
                format_func=lambda n: title_of(next(one for one in picked if one.number == n)),
            )  # fmt: skip
            trial = next(one for one in picked if one.number == number)
        _describe(trial)
        _ways(study, about, trial)


def _accuracy(trial: Known) -> float:
    return (trial.result.validation_accuracy if trial.result else None) or 0.0


def title_of(trial: Known) -> str:
    """Return what people read for a trial."""
    return _("Trial {number}: {settings}").format(
        number=trial.number, settings=params_text(trial.params, _)
    )


def _describe(trial: Known) -> None:
    st.markdown(f"**{title_of(trial)}**")
    result = trial.result
    if result is None:
        st.caption(_("It is still running."))
    elif result.message:
        warn(InputError(result.message, **result.values))
    elif result.test_accuracy is not None:
        st.caption(
            _("{accuracy} of {count} test pictures right, {parameters} parameters.").format(
                accuracy=f"{100 * result.test_accuracy:.2f} %",
                count=f"{result.test_size:,}", parameters=f"{result.parameters:,}",
            )
        )  # fmt: skip


def _ways(study: Study, about: About, trial: Known) -> None:
    """Offer the ways from a trial to the other pages."""
    try:
        config = about.space.config(trial.params, trial.repeat)
    except InputError as problem:
        warn(problem)
        return
    there = (folder_of(study.folder, trial.number) / WEIGHTS).is_file()
    with st.container(horizontal=True, key="explore_ways"):
        ways = [("explore_train", _("Open on Train"), "model_training", _to_train, trial.ended)]
        if config.model.network == IN_ORDER:
            ways.append(("explore_inside", _("Look inside"), "visibility", _to_inside, there))
        if (ROOT / COMPARE).is_file():
            ways.append(("explore_compare", _("Compare"), "balance", _to_compare, there))
        for key, label, icon, go, possible in ways:
            if st.button(label, icon=f":material/{icon}:", key=key, disabled=not possible):
                try:
                    run = take_over(study.folder, trial.number, visitor(), _run_title(trial))
                except InputError as problem:
                    note(problem)
                    st.rerun()
                go(run)
        with st.popover(_("The link that trains it again"), icon=":material/link:"):
            st.code(f"/train?{urlencode(codec.to_query(config))}", language=None, wrap_lines=True)


def _run_title(trial: Known) -> str:
    """Return what the run is called: from where it is."""
    return title_of(trial)


def _to_train(run: Run) -> None:
    experiment.open_run(run.name)
    experiment.set_config(run.config)
    st.switch_page("pages/train.py")


def _to_inside(run: Run) -> None:
    set_model(run.name)
    st.switch_page("pages/inside.py")


def _to_compare(run: Run) -> None:
    st.switch_page(COMPARE, query_params={"runs": run.name})
