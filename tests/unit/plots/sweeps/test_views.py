"""Views of a study show the trials that they are given, or say that these are too few."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnndemo.config import RunConfig
from rnndemo.languages import translator
from rnndemo.plots.look.theme import Look
from rnndemo.plots.sweeps.axes import log_ticks
from rnndemo.plots.sweeps.landscape import GRID, between
from rnndemo.plots.sweeps.parallel import SHADES
from rnndemo.plots.sweeps.study import CHOSEN, FAINT, STRONG, StudyView
from rnndemo.plots.sweeps.trials import courses
from rnndemo.plots.sweeps.views import VIEWS
from rnndemo.sweeps.analysis.points import METRICS
from rnndemo.sweeps.plan import TrialRecord
from rnndemo.sweeps.questions import QUESTIONS
from rnndemo.sweeps.space import Budget, Choices, Fixed, Range, SearchSpace
from rnndemo.trials.task import Result
from tests.studies import ended, failed_trial, random_study

TRIALS = {"history", "slices", "parallel", "contour", "map", "seeds", "front-time",
          "front-parameters", "curves"}  # fmt: skip


def draw(name: str, shown: StudyView) -> go.Figure:
    return VIEWS[name].draw(shown, Look())


@pytest.fixture(scope="module")
def grid() -> StudyView:
    """Return hidden size × layers, two seeds each."""
    space = QUESTIONS["hidden-size-layers"].space
    chance = random.Random(0)
    trials: list[TrialRecord] = []
    for repeat in range(2):
        for size in space.values("model.hidden_size"):
            for layers in space.values("model.num_layers"):
                params = {"model.hidden_size": size, "model.num_layers": layers}
                reached = 0.9 + 0.01 * layers + size / 2000 + 0.001 * chance.random()
                trials.append(ended(len(trials), params, reached, repeat))
    return StudyView(trials, space)


@pytest.fixture(scope="module")
def many() -> StudyView:
    return StudyView(*random_study(500))


def test_maps_show_accuracy_time_and_parameters_of_every_cell(grid: StudyView):
    assert "Each cell" in VIEWS["map"].caption_of(grid.space)
    figure = draw("map", grid)
    heat = [trace for trace in figure.data if trace.type == "heatmap"]
    cells = [trace for trace in figure.data if trace.type == "scatter"]
    assert [note.text for note in figure.layout.annotations] == [
        "validation accuracy", "training time, s", "number of parameters"
    ]  # fmt: skip
    assert [trace.z.shape for trace in heat] == [(3, 4)] * 3
    assert (np.diff(heat[0].z) > 0).all()  # more units, more right
    for cell in cells:
        assert len(cell.x) == 12
        assert sorted(number for some in cell.customdata for number in some) == list(range(24))
    best = cells[0].customdata[list(zip(cells[0].x, cells[0].y, strict=True)).index((3, 2))]
    values = [grid.trials[number].result.validation_accuracy for number in best]
    assert values == sorted(values, reverse=True)
    assert figure.layout.xaxis.ticktext == ("16", "32", "64", "128")


def test_costs_are_said_in_the_language_of_the_reader(grid: StudyView) -> None:
    figure = VIEWS["front-time"].draw(grid, Look(translate=translator("zh")))
    said = [text for trace in figure.data for text in trace.text or () if "训练时间" in text]
    assert said
    assert all("秒" in text for text in said)


def test_a_chosen_trial_is_framed_in_every_map(grid: StudyView):
    figure = draw("map", replace(grid, chosen=frozenset({5})))
    assert len(figure.layout.shapes) == 3
    assert {shape.line.color for shape in figure.layout.shapes} == {CHOSEN}


def test_every_cell_of_a_map_says_something(grid: StudyView):
    """Plotly removes an empty text for good: the value that comes later would not be drawn."""
    states = {0: "running", 12: "running", 1: "failed", 13: "failed", 2: "pruned", 14: "pruned"}
    trials = [
        replace(one, state=states[one.number], result=None) if one.number in states else one
        for one in grid.trials
    ]
    figure = draw("map", replace(grid, trials=trials))
    for cells in (trace for trace in figure.data if trace.type == "scatter"):
        assert list(cells.text[:3]) == ["…", "×", "–"]
        assert all(text for text in cells.text)


def test_one_setting_is_a_line_with_intervals():
    space = SearchSpace(
        RunConfig(), (("data.train_size", Choices((100, 1000, 10_000))),), repeats=2
    )
    trials = [
        ended(2 * place + repeat, {"data.train_size": size}, 0.7 + 0.1 * place + 0.01 * repeat,
              repeat) for place, size in enumerate((100, 1000, 10_000)) for repeat in range(2)
    ]  # fmt: skip
    figure = draw("map", StudyView(trials, space))
    (line,) = figure.data  # time and parameters are the same for all: they are left out
    assert line.x == (100, 1000, 10_000)
    assert line.y == pytest.approx((0.705, 0.805, 0.905))
    assert all(0 < half < 0.2 for half in line.error_y.array)
    assert figure.layout.xaxis.type == "log"
    assert "Each point" in VIEWS["map"].caption_of(space)
    assert VIEWS["seeds"].caption_of(space) == VIEWS["seeds"].caption


def test_history_draws_the_best_so_far(grid: StudyView):
    trials, best = draw("history", grid).data[:2]
    values = [trial.result.validation_accuracy for trial in grid.trials]
    assert list(trials.y) == values
    assert list(best.y) == list(np.maximum.accumulate(values))
    error = draw("history", replace(grid, metric="error")).data[1]
    assert list(error.y) == sorted(error.y, reverse=True)


def test_slices_have_a_panel_for_each_setting(grid: StudyView):
    first, second = draw("slices", grid).data
    assert set(first.x) == {16, 32, 64, 128}
    assert set(second.x) == {1, 2, 3}
    assert list(first.y) == list(second.y)


def test_fronts_go_through_what_nothing_cheaper_beats(grid: StudyView):
    line, marks = draw("front-parameters", grid).data
    assert list(line.x) == [1600, 3200, 6400, 12800]
    assert list(line.y) == sorted(line.y)
    assert len(marks.x) == 12
    assert draw("front-time", replace(grid, metric="error")).layout.yaxis.type == "log"


def test_seeds_are_sorted_and_what_is_as_good_has_the_colour_of_the_best(grid: StudyView):
    single, means = draw("seeds", grid).data
    assert list(means.x) == sorted(means.x, reverse=True)
    assert len(single.x) == 24
    colors = means.marker.color
    assert colors[0] != colors[-1]
    assert "95" in VIEWS["seeds"].caption


def test_with_one_seed_each_no_row_is_worse_and_none_has_an_interval(grid: StudyView):
    means = draw("seeds", replace(grid, trials=grid.trials[:12])).data[1]
    assert len(means.x) == 12
    assert len(set(means.marker.color)) == 1
    assert set(means.error_x.array) == set(means.error_x.arrayminus) == {0}


def test_importances_are_bars_with_their_share(many: StudyView):
    (bars,) = draw("importances", many).data
    assert bars.y[0] == "Learning rate"
    assert sum(bars.x) == pytest.approx(1)


def test_parallel_lines_have_an_axis_for_each_setting_and_figure(many: StudyView):
    trial, accuracy = many.measured[3]
    figure = draw("parallel", replace(many, chosen=frozenset({trial.number})))
    others, chosen, marks = figure.data
    assert [title.replace("<br>", " ") for title in figure.layout.xaxis.ticktext] == [
        "Learning rate", "Hidden size", "Cell", "Both directions", "Output layers",
        "training time, s", "number of parameters", "validation accuracy",
    ]  # fmt: skip
    assert (chosen.line.color, chosen.opacity) == (CHOSEN, STRONG)
    assert chosen.x == (*range(8), None)
    values = [value for _trial, value in many.measured]
    share = (accuracy - min(values)) / (max(values) - min(values))
    assert chosen.y[-2] == pytest.approx(share)
    assert len(others.x) == 9 * (len(values) - 1)
    texts = {(one.x, one.text) for one in figure.layout.annotations}
    assert {(3, "no"), (3, "yes")} <= texts
    numbers = [number for (number,) in marks.customdata]
    assert numbers == [one.number for one, _ in many.measured] * 8
    assert marks.y[-len(values) + 3] == pytest.approx(share)


def test_parallel_lines_get_the_bluer_the_better_they_are(many: StudyView):
    *lines, _marks = draw("parallel", many).data
    assert len(lines) == SHADES
    last = [np.array(line.y, float)[7::9] for line in lines]
    for poorer, better in itertools.pairwise(last):
        assert poorer.max() <= better.min()
    *lines, _marks = draw("parallel", replace(many, metric="seconds")).data
    slow, quick = (np.split(np.array(line.y, float), len(line.y) // 7) for line in lines[::7])
    assert min(one[5] for one in slow) >= max(one[5] for one in quick)  # the less, the better


def test_on_a_phone_the_axes_lie(many: StudyView):
    stand, lie = (draw("parallel", replace(many, narrow=narrow)) for narrow in (False, True))
    for before, after in zip(stand.data, lie.data, strict=True):
        assert (before.x, before.y) == (after.y, after.x)
    titles = [one.text for one in lie.layout.annotations if one.text.startswith("<b>")]
    assert titles[:2] == ["<b>Learning rate</b>", "<b>Hidden size</b>"]


def test_heights_between_points_stay_between_their_values():
    x, y = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 0.0, 1.0, 1.0])
    z = between(x, y, np.array([0.0, 1.0, 0.0, 1.0]))
    assert z.shape == (GRID, GRID)
    assert 0 <= z.min() < 0.2
    assert 0.8 < z.max() <= 1
    assert (np.diff(z[0]) > 0).all()
    np.testing.assert_allclose(z, z[::-1])


def test_courses_are_one_trace_and_each_chosen_one_another():
    reported = {1: [(0.0, 0.1), (100.0, 0.5)], 2: [(0.0, 0.2), (100.0, 0.6)], 3: []}
    (line,) = courses(reported, frozenset(), Look()).data
    assert line.x == (0, 100, None, 0, 100, None)
    assert [number for (number,) in line.customdata] == [1, 1, 1, 2, 2, 2]
    usual, strong = courses(reported, frozenset({2}), Look(dark=True)).data
    assert (usual.x, strong.y, strong.name) == ((0, 100, None), (0.2, 0.6, None), "trial 2")
    assert "No trial" in courses({}, frozenset(), Look()).layout.annotations[0].text


def test_no_error_at_all_is_drawn_on_an_axis_that_has_a_zero(grid: StudyView):
    perfect = replace(grid.trials[0], result=replace(grid.trials[0].result, test_accuracy=1.0))
    shown = StudyView([perfect, *grid.trials[1:12]], grid.space, "error")
    for name in ("history", "slices", "front-time"):
        axis = draw(name, shown).layout.yaxis
        assert (axis.type, axis.tickformat) == (None, ".2~%"), name
    assert draw("seeds", shown).layout.xaxis.type is None
    texts = [one.text for one in draw("parallel", shown).layout.annotations if one.x == 4]
    assert texts[0] == "0 %"


@pytest.mark.parametrize("name", ["history", "slices", "contour", "front-time", "seeds"])
def test_chosen_trials_are_drawn_strongly_and_others_faintly(many: StudyView, name: str):
    number = next(trial.number for trial, _ in many.measured if trial.state == "complete")
    figure = draw(name, replace(many, chosen=frozenset({number})))
    trace = next(
        one for one in figure.data
        if one.customdata is not None and len(one.customdata) and one.type != "heatmap"
    )  # fmt: skip
    strengths = dict(zip(map(tuple, trace.customdata), trace.marker.opacity, strict=True))
    assert strengths.pop((number,)) == STRONG
    assert set(strengths.values()) == {FAINT}


def test_five_hundred_trials_are_few_traces(many: StudyView):
    """A trace for each trial would make the page unusable."""
    most = {"slices": 5, "map": 6, "history": 6, "parallel": SHADES + 1}
    for name in VIEWS:
        figure = draw(name, many)
        assert 0 < len(figure.data) <= most.get(name, 2), name
        if name not in {"importances", "seeds", "map"}:
            drawn = sum(
                len(trace.customdata) for trace in figure.data if trace.customdata is not None
            )
            assert drawn > 300, name


def test_a_thousand_trials_are_drawn_without_webgl() -> None:
    """Plotly's WebGL makes scripts of texts, which the app's Content Security Policy forbids."""
    study = StudyView(*random_study(1_100))
    for name in ("history", "front-time"):
        assert {trace.type for trace in draw(name, study).data} == {"scatter"}


@pytest.mark.parametrize(("low", "high"), [(0.01, 0.02), (1.0, 1.0), (0.3, 7e3), (2e3, 8e8)])
def test_logarithmic_axes_have_a_few_marks_within_their_values(low: float, high: float):
    ticks = log_ticks([low, high])
    assert 1 <= len(ticks) <= 10
    assert ticks == sorted(ticks)
    assert low / 2 <= ticks[0] <= ticks[-1] <= high * 2


# --- whatever a study holds -----------------------------------------------------------------------

DIMENSIONS = {
    "training.lr": Range(1e-4, 1.0, log=True),
    "model.hidden_size": Range(8, 64),
    "model.num_layers": Choices((1, 2, 3)),
    "model.cell": Choices(("rnn", "gru")),
    "model.bidirectional": Choices((False, True)),
    "model.head_sizes": Choices(((), (32,))),
    "model.dropout": Choices((0.0, 0.1)),
    "training.batch_size": Fixed(32),
}
AMOUNT = st.none() | st.sampled_from((0.0, 1.0)) | st.floats(0, 1)
RESULTS = st.builds(
    Result, st.just("complete"), AMOUNT, AMOUNT, test_size=st.sampled_from((0, 100)),
    validation_size=st.sampled_from((0, 100)), seconds=st.floats(0, 1e6),
    images=st.integers(0, 10**9), parameters=st.integers(0, 10**8), flops=st.integers(0, 10**10),
)  # fmt: skip


@st.composite
def studies(draw: st.DrawFn) -> StudyView:
    paths = draw(st.lists(st.sampled_from(sorted(DIMENSIONS)), unique=True, max_size=4))
    varied = [path for path in paths if not isinstance(DIMENSIONS[path], Fixed)]
    sampler = draw(st.sampled_from(("grid", "random"))) if varied else "grid"
    space = SearchSpace(
        RunConfig(), tuple((path, DIMENSIONS[path]) for path in paths), sampler=sampler,
        repeats=draw(st.integers(1, 3)), budget=Budget(trials=50), pruning=draw(st.booleans()),
    )  # fmt: skip
    trials: list[TrialRecord] = []
    for number in range(draw(st.integers(0, 7))):
        params = {path: draw(_values(space, path)) for path in space.varied}
        state = draw(st.sampled_from(("complete", "complete", "pruned", "failed", "running")))
        stages = {10: draw(st.floats(0, 1))} if space.pruning and draw(st.booleans()) else {}
        if state == "failed":
            trials.append(failed_trial(number, params))
            continue
        result = None if state == "running" else replace(draw(RESULTS), state=state)
        trials.append(TrialRecord(number, params, draw(st.integers(0, 2)), state, result, stages))
    metric = draw(st.sampled_from(sorted(METRICS)))
    chosen = frozenset(draw(st.sets(st.integers(0, 12), max_size=3)))
    return StudyView(trials, space, metric, chosen, draw(st.booleans()))


def _values(space: SearchSpace, path: str) -> st.SearchStrategy[object]:
    one = space.varied[path]
    if isinstance(one, Choices) or space.sampler == "grid":
        return st.sampled_from(space.values(path))
    if path == "model.hidden_size":
        return st.integers(int(one.low), int(one.high))
    return st.floats(one.low, one.high)


@settings(max_examples=25, deadline=None)
@given(studies(), st.booleans())
def test_every_view_of_every_study_is_a_figure(shown: StudyView, dark: bool):
    numbers = {trial.number for trial in shown.trials}
    for name, view in VIEWS.items():
        figure = view.draw(shown, Look(dark))
        assert figure.data or figure.layout.annotations[0].text, name
        for trace in figure.data if name in TRIALS else ():
            if trace.customdata is not None:
                assert {some[0] for some in trace.customdata} <= numbers
