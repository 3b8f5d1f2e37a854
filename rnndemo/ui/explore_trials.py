"""The trials of a study: a table to sort and choose from, their courses, and downloads."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from rnndemo.plots.colors import class_color
from rnndemo.plots.live import Line
from rnndemo.sweeps.analysis import course, field_text, params_text, to_csv, to_json, value_text
from rnndemo.sweeps.kept import Study
from rnndemo.sweeps.plan import Known
from rnndemo.sweeps.records import About, folder_of
from rnndemo.ui import explore
from rnndemo.ui.curves import curves
from rnndemo.ui.explore_trial import chosen_trial
from rnndemo.ui.i18n import N_
from rnndemo.ui.session import _

MOST_COURSES, MOST_KEPT = 8, 200
_COURSES = "kept_courses"

STATE_TEXTS = {
    "running": N_("running"),
    "complete": N_("complete"),
    "pruned": N_("given up"),
    "failed": N_("failed"),
}


def trials(study: Study, about: About, known: list[Known]) -> None:
    """Draw table, courses and the trial that is picked out.

    Parameters
    ----------
    study : Study
    about : About
    known : list of Known
    """
    st.markdown("#### " + _("Which trials were there?"))
    st.caption(_("Choose some: they stand out in every view. A click on a column's name sorts."))
    _table(about, known)
    chosen = explore.chosen_trials() & {trial.number for trial in known}
    chosen_trial(study, about, known, chosen)
    _courses(study, known, chosen)
    _downloads(study, about, known)


def _table(about: About, known: list[Known]) -> None:
    key = f"explore_table_{explore.table_version()}"
    places = {trial.number: place for place, trial in enumerate(known)}
    rows = [places[number] for number in explore.chosen_trials() if number in places]
    st.dataframe(
        _frame(about, known),
        key=key,
        on_select=lambda: _select(key, known),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": sorted(rows)}},
        hide_index=True,
        height=320,
        column_config={
            _("validation"): st.column_config.NumberColumn(format="%.2f %%"),
            _("test"): st.column_config.NumberColumn(format="%.2f %%"),
            _("seconds"): st.column_config.NumberColumn(format="%.1f"),
            _("Parameters"): st.column_config.NumberColumn(format="localized"),
        },
    )


def _frame(about: About, known: list[Known]) -> pd.DataFrame:
    columns: dict[str, list[Any]] = {
        _("trial"): [trial.number for trial in known],
        _("state"): [_state(trial) for trial in known],
    }
    for path in about.space.varied:
        values = [trial.params.get(path) for trial in known]
        plain = all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in values)
        columns[field_text(path, _)] = (
            values if plain else [value_text(value, _) for value in values]
        )
    columns[_("seed")] = [(about.space.base.seed + trial.repeat) % 2**31 for trial in known]
    for name, field, scale in (
        (_("validation"), "validation_accuracy", 100), (_("test"), "test_accuracy", 100),
        (_("seconds"), "seconds", 1), (_("Parameters"), "parameters", 1),
    ):  # fmt: skip
        values = [getattr(trial.result, field) if trial.result else None for trial in known]
        columns[name] = [None if one is None else one * scale for one in values]
    return pd.DataFrame(columns)


def _state(trial: Known) -> str:
    if trial.result is not None and trial.result.diverged:
        return _("diverged")
    return _(STATE_TEXTS.get(trial.state, trial.state))


def _select(key: str, known: list[Known]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    explore.choose_trials(known[row].number for row in rows if row < len(known))


def _courses(study: Study, known: list[Known], chosen: frozenset[int]) -> None:
    """Draw how the trials that run are getting on, those picked out, and the last that ended."""
    picked = [trial for trial in known if trial.number in chosen]
    running = [trial for trial in known if not trial.ended]
    others = [trial for trial in reversed(known) if trial not in picked + running]
    shown = sorted((picked + running + others)[:MOST_COURSES], key=lambda trial: trial.number)
    st.markdown("#### " + _("How do they learn?"))
    st.caption(
        _("Those that run now, those that you chose, and the last that ended: {most} at most.")
        .format(most=MOST_COURSES)
    )  # fmt: skip
    strong = {trial.number for trial in picked + running} or {trial.number for trial in shown}
    curves(
        [_line(study, trial, trial.number in strong) for trial in shown],
        x_title=_("training pictures read"),
        y_title=_("validation accuracy"),
        key="explore_curves",
        as_percent=True,
        alt=_("How do they learn?"),
    )


def _line(study: Study, trial: Known, strong: bool) -> Line:
    known = _course(study, trial)
    name = f"{trial.number} · {params_text(trial.params, _)}"
    color = class_color(trial.number)
    return Line(name, [x for x, _y in known], [y for _x, y in known], color, faint=not strong)


def _course(study: Study, trial: Known) -> list[tuple[float, float]]:
    """Return the course of a trial; of one that has ended, as it was read before."""
    kept: dict[tuple[str, int], Any] = st.session_state.setdefault(_COURSES, {})
    key = study.name, trial.number
    if key in kept:
        return list(kept[key])
    try:
        found = course(folder_of(study.folder, trial.number))
    except OSError:
        found = []
    if trial.ended:
        kept[key] = found
        while len(kept) > MOST_KEPT:
            del kept[next(iter(kept))]
    return found


def _downloads(study: Study, about: About, known: list[Known]) -> None:
    with st.container(horizontal=True, key="explore_downloads"):
        for name, write in (("CSV", to_csv), ("JSON", to_json)):
            st.download_button(
                _("Trials as {kind}").format(kind=name), partial(write, known, about.space),
                f"{study.name[:8]}.{name.lower()}", key=f"explore_{name.lower()}",
                on_click="ignore", icon=":material/download:", type="tertiary",
            )  # fmt: skip
