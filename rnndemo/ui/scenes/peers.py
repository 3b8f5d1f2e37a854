"""How good the shipped networks for scenes are, side by side."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from rnndemo.errors import N_
from rnndemo.models.scene_store import (
    SHIPPED,
    SceneModel,
    load_scene_model,
    shipped_scene_names,
)
from rnndemo.storage.names import WEIGHTS
from rnndemo.ui.scenes.models import NAMES
from rnndemo.ui.scenes.training import NAMES as SHORT
from rnndemo.ui.shell.session import _, errors_to, listed, paragraph, percent, warn

MB = 1e6

MEASURES = {
    "mean_iou": N_("mean IoU"),
    "ap50": N_("AP50"),
    "ap75": N_("AP75"),
}


def peers_section() -> None:
    """Draw the figures of the cards of all shipped networks for scenes."""
    st.header(_("How good is it?"), anchor="good")
    models: list[SceneModel] = []
    for name in shipped_scene_names()[::-1]:
        with errors_to(warn):
            models.append(load_scene_model(name))
    if not models:
        return
    names = [_(NAMES.get(model.name, model.name)) for model in models]
    lines = [[_("Measured on test scenes"), *names], ["---"] * (1 + len(models))]
    lines += [[_(label), *map(cell, models)] for label, cell in ROWS.items()]
    with st.container(key="scene_peers"):
        st.markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))
    st.caption(
        _(
            "Mean IoU: of all pixels that belong to a class or are marked as it, the share that "
            "are both; then the mean of the classes, without the ground. AP50 and AP75: how right "
            "the boxes are, if a box must have an IoU of at least 0.5 or 0.75 with the true one. "
            "Pixel accuracy looks better than it is: most pixels are ground, "
            "and whoever marks nothing at all is right about those."
        )
    )
    if len(models) > 1:
        once = _("Each was trained once: with another seed, a small difference may be reversed.")
        st.markdown(paragraph(_compared(models[0], models[1]), once))


def _compared(one: SceneModel, other: SceneModel) -> str:
    """Return in which measures each of two networks scores higher."""
    first, second = (SHORT[model.config.model.network] for model in (one, other))
    higher = [
        _(label)
        for key, label in {**MEASURES, "exact_sequence": N_("number exactly right")}.items()
        if other.card.measured.get(key, 0) > one.card.measured.get(key, 0)
    ]
    if not higher:
        return _("The {first} scores higher in all of these.").format(first=first)
    text = _("The {second} scores higher in: {measures}; the {first} in the rest.")
    return text.format(first=first, second=second, measures=listed(higher))


def _share(key: str) -> Callable[[SceneModel], str]:
    def cell(model: SceneModel) -> str:
        value = model.card.measured.get(key)
        return "–" if value is None else percent(value, 1)

    return cell


def _exact(model: SceneModel) -> str:
    measured = model.card.measured
    if "exact_sequence" not in measured:
        return "–"
    return _("{share} ({low} to {high})").format(
        share=percent(measured["exact_sequence"], 1),
        low=percent(measured.get("accuracy_low", 0), 1),
        high=percent(measured.get("accuracy_high", 1), 1),
    )


def _size(model: SceneModel) -> str:
    return _("{size} MB").format(size=f"{(SHIPPED / model.name / WEIGHTS).stat().st_size / MB:.1f}")


# label -> what a network's column says
ROWS: dict[str, Callable[[SceneModel], str]] = {
    **{label: _share(key) for key, label in MEASURES.items()},
    N_("number exactly right"): _exact,
    N_("pixel accuracy"): _share("pixel_accuracy"),
    N_("parameter count"): lambda model: f"{model.card.parameters:,}",
    N_("size"): _size,
}
