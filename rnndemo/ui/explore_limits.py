"""The other half of an own question: which trials are tried, when it is enough, and the base."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from rnndemo import codec
from rnndemo.config import RunConfig
from rnndemo.errors import InputError
from rnndemo.sweeps.analysis import field_text
from rnndemo.sweeps.kept import MOST_ASKED
from rnndemo.ui import experiment, explore
from rnndemo.ui.controls import option_text
from rnndemo.ui.explore import EDITOR
from rnndemo.ui.i18n import N_
from rnndemo.ui.session import _

SAMPLERS = {"grid": N_("grid"), "random": N_("random"), "tpe": "TPE"}
MOST_SECONDS, MOST_IMAGES = 24 * 3600, 10**10

Dimension = dict[str, Any]  # as in the file of a search space


def widget(draw: Any, key: str, value: Any, *given: Any, **more: Any) -> Any:
    """Draw a control that begins with `value`; return what it shows."""
    if key not in st.session_state:
        st.session_state[key] = value
    return draw(*given, key=key, **more)


def limits(draft: Mapping[str, Any]) -> dict[str, Any]:
    """Draw how trials are chosen, and when it is enough; return both."""
    sampler, repeats, pruning = st.columns([0.4, 0.3, 0.3], vertical_alignment="bottom")
    with sampler:
        how = widget(
            st.segmented_control, f"{EDITOR}sampler", draft["sampler"], _("Which trials?"),
            list(SAMPLERS), format_func=lambda one: _(SAMPLERS[one]), required=True,
            help=_(
                "Grid: every combination. Random: any. TPE: more of them where earlier ones were "
                "good."
            ),
        )  # fmt: skip
    with repeats:
        seeds = widget(
            st.number_input, f"{EDITOR}repeats", int(draft["repeats"]), _("Seeds for each"), 1, 100,
            help=_("Repeated with other random numbers: only so luck can be told from merit."),
        )  # fmt: skip
    with pruning:
        gives_up = widget(
            st.toggle, f"{EDITOR}pruning", bool(draft["pruning"]), _("Give up weak trials early")
        )
    return {
        "sampler": how, "repeats": int(seeds), "pruning": bool(gives_up), "budget": _budget(draft),
    }  # fmt: skip


def _budget(draft: Mapping[str, Any]) -> dict[str, int]:
    """Draw when it is enough."""
    st.caption(_("It ends after so much (0: no limit)"))
    budget = {}
    bounds = (
        ("trials", N_("Trials"), MOST_ASKED, 1),
        ("seconds", N_("Seconds"), MOST_SECONDS, 60),
        ("images", N_("Training images, all together"), MOST_IMAGES, 100_000),
    )
    for column, (name, label, most, step) in zip(st.columns(3), bounds, strict=True):
        with column:
            budget[name] = int(
                widget(
                    st.number_input, f"{EDITOR}{name}", min(int(draft["budget"][name]), most),
                    _(label), 0, most, step=step,
                )
            )  # fmt: skip
    return budget


def base_of_all(base: Mapping[str, Any], fields: Mapping[str, Dimension]) -> None:
    """Say what all trials have in common, and offer another base."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_("Everything else: {settings}").format(settings=base_text(base, fields)))
        if st.button(_("Take it from Train"), key="explore_base_train", type="tertiary"):
            _take_base(experiment.config())
        if st.button(_("Take the defaults"), key="explore_base_default", type="tertiary"):
            _take_base(RunConfig())


def _take_base(config: RunConfig) -> None:
    explore.keep_draft({**explore.draft(), "base": codec.to_json(config)})
    st.rerun()


def base_text(base: Mapping[str, Any], fields: Mapping[str, Dimension]) -> str:
    """Return the settings of a base that differ from the defaults, for people; `fields` vary."""
    try:
        query = codec.to_query(codec.from_json(base))
    except InputError:
        return ""
    words = [
        f"{field_text(path, _)} {option_text(value, path)}"
        for path, value in query.items()
        if path not in fields
    ]
    return ", ".join(words) or _("as by default")
