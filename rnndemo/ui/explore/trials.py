"""The trials of a study: a table to select from, one trial, learning curves, and downloads."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from rnndemo import codec
from rnndemo.errors import N_, InputError
from rnndemo.models.build import IN_ORDER
from rnndemo.plots.look.colors import class_color
from rnndemo.plots.look.gaps import broken
from rnndemo.plots.training.curves import Line
from rnndemo.storage.names import WEIGHTS
from rnndemo.sweeps.analysis.tables import learning_curve, to_csv, to_json
from rnndemo.sweeps.analysis.texts import field_text, params_text, value_text
from rnndemo.sweeps.plan import TrialRecord
from rnndemo.sweeps.records import StudySpec, folder_of
from rnndemo.sweeps.studies import Study
from rnndemo.training.runs import Run
from rnndemo.ui.components.curves import curves
from rnndemo.ui.explore import state
from rnndemo.ui.explore.answer import narrow
from rnndemo.ui.explore.studies import title_of
from rnndemo.ui.shell.clock import time_text
from rnndemo.ui.shell.session import _, look, note, paragraph, percent, set_model, warn
from rnndemo.ui.shell.visitor import visitor
from rnndemo.ui.shell.widgets import TABLE_KEYS, file_name, percent_format
from rnndemo.ui.train import experiment

MAX_COURSES, MAX_REMEMBERED = 8, 200

STATE_TEXTS = {
    "running": N_("running"),
    "complete": N_("complete"),
    "pruned": N_("given up"),
    "failed": N_("failed"),
}


def trials(study: Study, about: StudySpec, known: list[TrialRecord]) -> None:
    """Draw the table, the selected trial, the learning curves and the downloads."""
    st.header(_("Which trials were run?"))
    text = _("Select trials to highlight them in every view. Click a column name to sort.")
    st.caption(paragraph(text, _(TABLE_KEYS)))
    _table(about, known)
    chosen = state.chosen_trials() & {trial.number for trial in known}
    _chosen_trial(study, about, known, chosen)
    _courses(study, known, chosen)
    _downloads(study, about, known)


def _table(about: StudySpec, known: list[TrialRecord]) -> None:
    key = f"explore_table_{state.table_version()}"
    places = {trial.number: place for place, trial in enumerate(known)}
    rows = [places[number] for number in state.chosen_trials() if number in places]
    st.dataframe(
        _frame(about, known),
        key=key,
        on_select=lambda: _select(key, known),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": sorted(rows)}},
        hide_index=True,
        height=320,
        placeholder="–",
        column_order=_phone_order(about) if narrow() else None,
        column_config={
            _("validation"): st.column_config.NumberColumn(format=percent_format(2)),
            _("test"): st.column_config.NumberColumn(format=percent_format(2)),
            _("seconds"): st.column_config.NumberColumn(format="%.1f"),
            _("Parameters"): st.column_config.NumberColumn(format="localized"),
        },
    )


def _phone_order(about: StudySpec) -> list[str]:
    """Return the columns with the figures first: a phone shows three of them."""
    first = [_("trial"), _("validation"), _("test")]
    settings = [field_text(path, _) for path in about.space.varied]
    return [*first, *settings, _("state"), _("seed"), _("seconds"), _("Parameters")]


def _frame(about: StudySpec, known: list[TrialRecord]) -> pd.DataFrame:
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


def _state(trial: TrialRecord) -> str:
    if trial.result is not None and trial.result.diverged:
        return _("diverged")
    return _(STATE_TEXTS.get(trial.state, trial.state))


def _select(key: str, known: list[TrialRecord]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    state.choose_trials(known[row].number for row in rows if row < len(known))


def _chosen_trial(
    study: Study, about: StudySpec, known: list[TrialRecord], chosen: frozenset[int]
) -> None:
    """Draw the selected trial, and its links to the other pages."""
    picked = [trial for trial in known if trial.number in chosen]
    with st.container(border=True, key="explore_trial"):
        if not picked:
            st.caption(_("Choose a trial in the table or a chart to open it as a model."))
            return
        trial = picked[0]
        if len(picked) > 1:
            scores = [(one.result and one.result.validation_accuracy) or 0.0 for one in picked]
            place = scores.index(max(scores))
            number = st.selectbox(
                _("One of your chosen trials"), [one.number for one in picked],
                index=place, key=f"explore_one_{picked[place].number}_{len(picked)}",
                width=320,
                format_func=lambda n: _title_of(next(one for one in picked if one.number == n)),
            )  # fmt: skip
            trial = next(one for one in picked if one.number == number)
        _describe(trial)
        _links(study, about, trial)


def _title_of(trial: TrialRecord) -> str:
    """Return a trial's number and settings in words."""
    return _("Trial {number}: {settings}").format(
        number=trial.number, settings=params_text(trial.params, _)
    )


def _describe(trial: TrialRecord) -> None:
    st.markdown(f"**{_title_of(trial)}**")
    result = trial.result
    if result is None:
        st.caption(_("It is still running."))
    elif result.message:
        warn(InputError(result.message, **result.values))
    elif result.test_accuracy is not None:
        st.caption(
            _("{accuracy} of {count} test pictures right, {parameters} parameters.").format(
                accuracy=percent(result.test_accuracy, 2),
                count=f"{result.test_size:,}", parameters=f"{result.parameters:,}",
            )
        )  # fmt: skip


def _links(study: Study, about: StudySpec, trial: TrialRecord) -> None:
    """Draw the links from a trial to the other pages."""
    try:
        config = about.space.config(trial.params, trial.repeat)
    except InputError as problem:
        warn(problem)
        return
    there = (folder_of(study.folder, trial.number) / WEIGHTS).is_file()
    with st.container(horizontal=True, key="explore_ways"):
        links = [("explore_train", _("Open on Train"), "model_training", _to_train, trial.ended)]
        if config.model.network in IN_ORDER:
            links.append(("explore_inside", _("Look inside"), "visibility", _to_inside, there))
        links.append(("explore_compare", _("Compare"), "balance", _to_compare, there))
        for key, label, icon, go, possible in links:
            if st.button(label, icon=f":material/{icon}:", key=key, disabled=not possible):
                try:
                    run = study.copy_trial(trial.number, visitor(), _title_of(trial))
                except InputError as problem:
                    note(problem)
                    st.rerun()
                go(run)
        st.page_link(
            "pages/train.py", label=_("Link to train it again"), icon=":material/link:",
            query_params=codec.to_query(config),
        )  # fmt: skip


def _to_train(run: Run) -> None:
    experiment.show_run(run)
    st.switch_page("pages/train.py")


def _to_inside(run: Run) -> None:
    set_model(run.name)
    st.switch_page("pages/inside.py")


def _to_compare(run: Run) -> None:
    st.switch_page("pages/compare.py", query_params={"runs": run.name})


def _courses(study: Study, known: list[TrialRecord], chosen: frozenset[int]) -> None:
    """Draw the learning curves of running and selected trials, and of the last that ended."""
    picked = [trial for trial in known if trial.number in chosen]
    running = [trial for trial in known if not trial.ended]
    others = [trial for trial in reversed(known) if trial not in picked + running]
    shown = sorted((picked + running + others)[:MAX_COURSES], key=lambda trial: trial.number)
    st.header(_("How do they learn?"))
    st.caption(
        _("Running trials, those you chose, and the latest to end: at most {most}.")
        .format(most=MAX_COURSES)
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


def _line(study: Study, trial: TrialRecord, strong: bool) -> Line:
    points = _course(study, trial)
    name = f"{trial.number} · {params_text(trial.params, _)}"
    color = class_color(trial.number, look())
    read = [round(x) for x, _y in points]
    x, y = broken(read, [y for _x, y in points], max(read, default=0))
    return Line(name, x, y, color, faint=not strong)


def _course(study: Study, trial: TrialRecord) -> list[tuple[float, float]]:
    """Return the points of a trial's learning curve; those of an ended trial are read once."""
    read: dict[tuple[str, int], Any] = st.session_state.setdefault("courses_of_trials", {})
    key = study.name, trial.number
    if key in read:
        return list(read[key])
    try:
        found = learning_curve(folder_of(study.folder, trial.number))
    except OSError:
        found = []
    if trial.ended:
        read[key] = found
        while len(read) > MAX_REMEMBERED:
            del read[next(iter(read))]
    return found


def _downloads(study: Study, about: StudySpec, known: list[TrialRecord]) -> None:
    file = file_name(f"{title_of(study)} {time_text(study.about['made'])}", "study")
    with st.container(horizontal=True, key="explore_downloads"):
        for name, write in (("CSV", to_csv), ("JSON", to_json)):
            st.download_button(
                _("Trials as {kind}").format(kind=name), partial(write, known, about.space),
                f"{file}.{name.lower()}", key=f"explore_{name.lower()}",
                on_click="ignore", icon=":material/download:", type="tertiary",
            )  # fmt: skip
