"""Keep a pruned model as one of one's own, and train what is left of it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from rnndemo.errors import InputError
from rnndemo.evaluation.cards import own_digest
from rnndemo.hardening.data import fitting
from rnndemo.hardening.pruning.prune import Pruned
from rnndemo.models.store import Model
from rnndemo.reading.threads import in_kept_thread
from rnndemo.training.runs import Run
from rnndemo.training.starts.pruned import EPOCHS, keep, retraining
from rnndemo.ui.robustness.measuring import digest_of
from rnndemo.ui.robustness.pruning.readings import Pruning
from rnndemo.ui.shell.session import (
    _,
    model_label,
    model_name,
    percent,
    plain,
    set_model,
    title_of,
)
from rnndemo.ui.shell.sets import data_of
from rnndemo.ui.shell.visitor import visitor
from rnndemo.ui.shell.widgets import act_button
from rnndemo.ui.train import experiment

# what was kept in this session -> the name of its run; that the page Train is to be shown
_KEPT, _TRAINS = "prune_kept_as", "prune_trains"


def keep_section(model: Model, pruned: Pruned, pruning: Pruning) -> None:
    """Draw the buttons that keep a pruned model, and train it further."""
    of = digest_of(model), pruning
    run = _kept(of)
    with st.container(horizontal=True, key="prune_keeping"):
        act_button(
            "prune_keep", _("Keep this model"), "bookmark_add",
            run is not None or not pruning.share, partial(_keep, model, pruned, pruning),
            type="primary",
        )  # fmt: skip
        act_button(
            "prune_retrain", _("Train what is left"), "model_training", not pruning.share,
            partial(_retrain, model, pruned, pruning),
            help=_(
                "A training that begins with these weights, {epochs} epochs long; weights that are "
                "zero stay zero."
            ).format(epochs=EPOCHS),
        )  # fmt: skip
    if st.session_state.pop(_TRAINS, None):
        st.switch_page("pages/train.py")
    with st.container(key="prune_kept"):
        if run is not None:
            _use(run)


def _use(run: Run) -> None:
    """Say how good a kept model is, and offer the pages on which it answers."""
    state = run.state
    digits = 2
    text = _(
        "Kept as “{title}”: {accuracy} of {count} test pictures are right (95 % "
        "interval {low} to {high})."
    )
    shares = (state.test_accuracy, state.test_low, state.test_high)
    accuracy, low, high = (percent(share or 0.0, digits) for share in shares)
    st.markdown(
        text.format(
            title=plain(title_of(run)), accuracy=accuracy, low=low, high=high,
            count=f"{state.test_size:,}",
        )
    )  # fmt: skip
    with st.container(horizontal=True):
        for key, label, icon, page in (
            ("prune_draw", _("Draw with it"), "draw", "pages/draw.py"),
            ("prune_inside", _("Look inside"), "visibility", "pages/inside.py"),
        ):
            if st.button(label, icon=f":material/{icon}:", key=key):
                set_model(run.name)
                st.switch_page(page)


def _kept(of: tuple[str, Pruning]) -> Run | None:
    """Return the run as which this was kept, if it is still there."""
    name = st.session_state.get(_KEPT, {}).get(of)
    if name is None:
        return None
    try:
        run = visitor().find(name)
        run.state  # noqa: B018, it may be damaged
    except InputError:
        return None
    return run


def _title(pruning: Pruning) -> str:
    share = percent(pruning.share, 0)
    if pruning.kind == "units":
        text = _("{share} fewer units: {model}")
    else:
        text = _("{share} of weights zero: {model}")
    return text.format(share=share, model=model_label(model_name()))


def _keep(model: Model, pruned: Pruned, pruning: Pruning) -> None:
    data = fitting(model, data_of(model.config))
    with st.spinner(_("It reads all test pictures …")):
        run = in_kept_thread(keep)(visitor(), pruned, data, _title(pruning), pruning.command(model))
    st.session_state.setdefault(_KEPT, {})[digest_of(model), pruning] = run.name


def _retrain(model: Model, pruned: Pruned, pruning: Pruning) -> None:
    digest = own_digest(fitting(model, data_of(model.config)))
    config, start = retraining(pruned, command=pruning.command(model), digest=digest)
    run = visitor().start(config, _title(pruning), begin=start)
    experiment.show_run(run)
    st.session_state[_TRAINS] = True
