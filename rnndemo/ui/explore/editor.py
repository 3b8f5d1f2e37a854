"""The editor of an own question: which settings vary, and how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from unicodedata import normalize

import streamlit as st

from rnndemo import codec
from rnndemo.config import RunConfig
from rnndemo.data.scans import fits
from rnndemo.errors import N_, InputError
from rnndemo.sweeps import space_file
from rnndemo.sweeps.analysis.texts import field_text, setting_text
from rnndemo.sweeps.space import MAX_POINTS
from rnndemo.sweeps.studies import MAX_REQUESTED
from rnndemo.sweeps.study import picture_sizes
from rnndemo.ui.explore import state
from rnndemo.ui.explore.state import EDITOR, field_key
from rnndemo.ui.shell.session import _, listed
from rnndemo.ui.shell.widgets import small_button
from rnndemo.ui.train import experiment
from rnndemo.ui.train.controls import data_texts, declared, help_text, option_text

KINDS = {"choices": N_("choices"), "range": N_("range"), "fixed": N_("fixed")}
SAMPLERS = {"grid": N_("grid"), "random": N_("random"), "tpe": "TPE"}
MAX_FIELDS, MAX_SECONDS, MAX_IMAGES = 8, 24 * 3600, 10**10

Dimension = dict[str, Any]  # as in the file of a search space


def editor() -> None:
    """Draw the own search space, and store what a person changes in it."""
    draft = state.draft()
    fields = {path: _field(path, one, draft["base"]) for path, one in draft["fields"].items()}
    _add_field(fields, draft["base"])
    st.divider()
    limits = _limits(draft)
    _base_of_all(draft["base"], fields)
    state.store_draft({**draft, **limits, "fields": fields})


def _field(path: str, dimension: Dimension, base: Mapping[str, Any]) -> Dimension:
    """Draw one field, and return its dimension."""
    name, kinds, values, remove = st.columns([0.24, 0.26, 0.42, 0.08], vertical_alignment="center")
    with name:
        st.markdown(f"**{field_text(path, _)}**", help=help_text(path))
    with kinds:
        kind = _widget(
            st.segmented_control, field_key(path, "kind"), _kind_of(dimension), _("How it varies"),
            _kinds(path), format_func=lambda one: _(KINDS[one]), required=True,
            label_visibility="collapsed",
        )  # fmt: skip
    if kind != _kind_of(dimension):
        dimension = _begin(path, kind, base)
    with values:
        changed = EDITORS[kind](path, dimension)
    with remove:
        says = _("Leave out: {setting}").format(setting=field_text(path, _))
        small_button(
            field_key(path, "away"), says, "close", on_click=state.leave_out, args=(path,),
            help=says,
        )  # fmt: skip
    return changed


def _begin(path: str, kind: str, base: Mapping[str, Any]) -> Dimension:
    """Return the first dimension of that kind, around the value in `base`."""
    part, _dot, leaf = path.partition(".")
    value = base[part][leaf] if leaf else base[part]
    meta = declared(path)[1]
    if kind == "fixed":
        return {"fixed": value}
    if kind == "range":
        low, high = max(meta["low"], value / 4), min(meta["high"], value * 4 or 1)
        whole = meta["whole"]
        return {
            "low": int(low) if whole else low, "high": int(high) if whole else high,
            "log": low > 0, "points": 5,
        }  # fmt: skip
    options = _fitting(path) or ([value] if not isinstance(value, list) else [])
    return {"choices": list(options)}


def _fitting(path: str) -> list[str]:
    """Return the options of a field, of scans those that fit the pictures of the question."""
    options = list(_options(path))
    if path != "data.scan":
        return options
    try:
        sizes = picture_sizes(space_file.from_json(state.draft()))
    except InputError:  # what is wrong with it is said below
        return options
    return [scan for scan in options if any(fits(scan, *size) for size in sizes)]


def _edit_choices(path: str, dimension: Dimension) -> Dimension:
    options, values = _options(path), dimension["choices"]
    if options:
        known = [str(value) for value in values if str(value) in options]
        chosen = _widget(
            st.multiselect, field_key(path, "choices"), known, _("Values"), list(options),
            format_func=lambda one: options.get(one, one), label_visibility="collapsed",
        )  # fmt: skip
        return {"choices": [_of_option(path, one) for one in chosen]}
    separator, hint = ",", N_("values, separated by commas")
    if "most" in declared(path)[1]:  # each value is a list, with commas in it
        separator, hint = ";", N_("lists, separated by semicolons")
    typed = _typed(
        st.text_input, field_key(path, "choices"), f"{separator} ".join(map(_text, values)),
        _("Values"), max_chars=400, label_visibility="collapsed", placeholder=_(hint),
    )  # fmt: skip
    return {"choices": [_parse(path, one) for one in typed.split(separator) if one.strip()]}


def _edit_fixed(path: str, dimension: Dimension) -> Dimension:
    options, value = _options(path), dimension["fixed"]
    if options:
        chosen = _widget(
            st.selectbox, field_key(path, "fixed"), str(value) if str(value) in options else None,
            _("Value"), list(options),
            format_func=lambda one: options.get(one, one), label_visibility="collapsed",
        )  # fmt: skip
        return {"fixed": value if chosen is None else _of_option(path, chosen)}
    typed = _typed(
        st.text_input, field_key(path, "fixed"), _text(value), _("Value"), max_chars=60,
        label_visibility="collapsed",
    )  # fmt: skip
    return {"fixed": _parse(path, typed)}


def _edit_range(path: str, dimension: Dimension) -> Dimension:
    *ends, points = st.columns(3)
    numbers = {}
    for column, end, label in zip(ends, ("low", "high"), (_("From"), _("To")), strict=True):
        with column:
            text = _text(dimension[end])
            typed = _typed(st.text_input, field_key(path, end), text, label, max_chars=20)
            numbers[end] = _parse(path, typed)
    with points:
        count = _widget(
            st.number_input, field_key(path, "points"), int(dimension["points"]), _("Grid values"),
            2, MAX_POINTS, help=_("How many values a grid takes from this range"),
        )  # fmt: skip
    log = _widget(
        st.toggle, field_key(path, "log"), bool(dimension["log"]), _("Log scale"),
        help=_("On: 0.001, 0.01, 0.1 are evenly spaced. Off: 1, 2, 3 are."),
    )  # fmt: skip
    return {**numbers, "log": log, "points": int(count)}


EDITORS = {"choices": _edit_choices, "fixed": _edit_fixed, "range": _edit_range}


def _add_field(fields: dict[str, Dimension], base: Mapping[str, Any]) -> None:
    rest = [path for path, _kind, _leaf in codec.field_table() if path not in (*fields, "seed")]
    if len(fields) >= MAX_FIELDS:
        return
    key = f"{EDITOR}add_{len(fields)}"  # a fresh one each time: nothing is chosen in it
    added = st.selectbox(
        _("Add a setting"), rest, index=None, key=key, width=320,
        format_func=lambda path: field_text(path, _), placeholder=_("choose …"),
    )  # fmt: skip
    if added is not None:
        content = {**state.draft(), "fields": {**fields, added: _begin(added, "choices", base)}}
        state.store_draft(content)
        st.rerun()


def _limits(draft: Mapping[str, Any]) -> dict[str, Any]:
    """Draw how trials are chosen, and when the study ends; return both."""
    sampler, repeats, pruning = st.columns([0.4, 0.3, 0.3], vertical_alignment="bottom")
    with sampler:
        how = _widget(
            st.segmented_control, f"{EDITOR}sampler", draft["sampler"], _("Which trials?"),
            list(SAMPLERS), format_func=lambda one: _(SAMPLERS[one]), required=True,
            help=_(
                "Grid: every combination. Random: any of them. TPE: more of them near earlier "
                "good ones."
            ),
        )  # fmt: skip
    with repeats:
        seeds = _widget(
            st.number_input, f"{EDITOR}repeats", int(draft["repeats"]), _("Seeds for each"), 1, 100,
            help=_("Train each again with other seeds, to tell a real difference from luck."),
        )  # fmt: skip
    with pruning:
        gives_up = _widget(
            st.toggle, f"{EDITOR}pruning", bool(draft["pruning"]), _("Give up weak trials early")
        )
    return {
        "sampler": how, "repeats": int(seeds), "pruning": bool(gives_up), "budget": _budget(draft),
    }  # fmt: skip


def _budget(draft: Mapping[str, Any]) -> dict[str, int]:
    """Draw when the study ends, and return it."""
    st.caption(_("Stop after (0: no limit)"))
    budget = {}
    bounds = (
        ("trials", N_("Trials"), MAX_REQUESTED, 1),
        ("seconds", N_("Seconds"), MAX_SECONDS, 60),
        ("images", N_("Training pictures in total"), MAX_IMAGES, 100_000),
    )
    for column, (name, label, most, step) in zip(st.columns(3), bounds, strict=True):
        with column:
            budget[name] = int(
                _widget(
                    st.number_input, f"{EDITOR}{name}", min(int(draft["budget"][name]), most),
                    _(label), 0, most, step=step,
                )
            )  # fmt: skip
    return budget


def _base_of_all(base: Mapping[str, Any], fields: Mapping[str, Dimension]) -> None:
    """Draw what all trials have in common, and offer another base."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_("Everything else: {settings}").format(settings=_base_text(base, fields)))
        if st.button(_("Copy the settings from Train"), key="explore_base_train", type="tertiary"):
            _take_base(experiment.config())
        if st.button(_("Use the defaults"), key="explore_base_default", type="tertiary"):
            _take_base(RunConfig())


def _take_base(config: RunConfig) -> None:
    state.store_draft({**state.draft(), "base": codec.to_json(config)})
    st.rerun()


def _base_text(base: Mapping[str, Any], fields: Mapping[str, Dimension]) -> str:
    """Return the settings of a base that differ from the defaults and do not vary, in words."""
    try:
        query = codec.to_query(codec.from_json(base))
    except InputError:
        return ""
    words = [
        setting_text(path, option_text(value, path), _)
        for path, value in query.items()
        if path not in fields
    ]
    return listed(words) or _("defaults")


def _widget(draw: Any, key: str, value: Any, *given: Any, **more: Any) -> Any:
    """Draw a control with the first value `value`; return its value."""
    st.session_state.setdefault(key, value)
    return draw(*given, key=key, **more)


def _typed(*given: Any, **more: Any) -> str:
    """Draw a text field; return its text, full-width signs and digits as their plain ones."""
    return normalize("NFKC", _widget(*given, **more)).replace("、", ",")


def _kinds(path: str) -> list[str]:
    kind, _meta = declared(path)
    return [one for one in KINDS if one != "range" or kind in (int, float)]


def _kind_of(dimension: Dimension) -> str:
    return next(one for one in ("choices", "fixed", "range") if one in dimension or one == "range")


def _options(path: str) -> dict[str, Any]:
    """Return the options of a field, value -> label; none if a person types its value."""
    kind, meta = declared(path)
    if path == "data.name":
        return data_texts("")
    if kind is bool:
        return {"False": _("no"), "True": _("yes")}
    if "options" in meta and "most" not in meta:
        return {option: option_text(option, path) for option in meta["options"]}
    return {}


def _of_option(path: str, option: str) -> Any:
    return option == "True" if declared(path)[0] is bool else option


def _parse(path: str, text: str) -> Any:
    """Return what a person typed: a list, a number if it is one, or else the text."""
    kind, meta = declared(path)
    text = text.strip()
    if "most" in meta:
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        number = float(text.replace(" ", ""))
    except ValueError:
        return text
    return int(number) if kind is int and number == int(number) else number


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
