"""The Compare page runs through with, without and with damaged results, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rnndemo import codec
from rnndemo.comparison.peers import PEERS
from rnndemo.comparison.results import ANSWERS, COMPARISON, save
from rnndemo.data.corruptions.compared import COMPARED
from rnndemo.data.load import load
from rnndemo.data.own.shelf import OwnSets
from rnndemo.data.sets import DataSet
from rnndemo.plots.compare.charts import COSTS
from rnndemo.storage.folders import HOME
from rnndemo.storage.names import CARD
from rnndemo.training.runs import Runs
from rnndemo.ui.compare import results as shown
from rnndemo.ui.compare.stumbles import NOBODY
from tests.compared import comparison
from tests.finished import TINY, finished_run
from tests.own import drawn_set
from tests.patience import PATIENCE

PARTS = [
    "One drawing, answered by all methods",
    "Who is best, and at what price?",
    "Do RNNs beat CNNs on images?",
    "What makes them stumble?",
    "Which pictures does only one method get right?",
    "Measure again",
]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME, str(tmp_path / "home"))


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digits: DataSet) -> Path:
    """A folder of results, shown in place of those that ship."""
    folder = tmp_path / "comparison"
    save(folder, comparison(digits))
    monkeypatch.setattr(shown, "SHIPPED", {"": ("digits", folder)})
    return folder


def open_compare(**query: str) -> AppTest:
    app = AppTest.from_file("../../app.py", default_timeout=PATIENCE)
    for name, value in {"lang": "en", **query}.items():
        app.query_params[name] = value
    app.run()
    app.switch_page("pages/compare.py").run()
    assert not app.exception
    return app


def headings(app: AppTest) -> list[str]:
    return [heading.value for heading in app.header]


def warnings(app: AppTest) -> str:
    return " ".join(warning.value for warning in app.warning)


def test_all_parts_are_there_and_speak(results: Path):
    app = open_compare()
    assert headings(app) == PARTS
    assert "These methods cannot be loaded" in warnings(app)  # only figures lie there, no peers
    assert len(app.dataframe[0].value) == len(PEERS)
    assert any(
        "does better than" in text.value or "RNNs do better" in text.value for text in app.markdown
    )


def test_chinese_headings_are_translated(results: Path):
    assert not set(headings(open_compare(lang="zh"))) & set(PARTS)


def test_every_choice_of_cost_disturbance_and_peer_can_be_made(results: Path):
    app = open_compare()
    choices = {
        "compare_cost": COSTS,
        "compare_disturbance": COMPARED,
        "compare_alone": [*PEERS, NOBODY],
    }
    for key, names in choices.items():
        for name in names:
            app.button_group(key=key).set_value(name).run()
            assert not app.exception
    texts = " ".join(text.value for text in app.caption)
    assert "All methods get this test picture wrong" in texts


def test_without_results_a_sentence_says_what_to_do(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(shown, "SHIPPED", {"": ("digits", tmp_path / "none")})
    app = open_compare()
    assert "There is no comparison to show yet" in warnings(app)
    assert headings(app) == PARTS[-1:]
    assert not app.button(key="compare_start").disabled


@pytest.mark.parametrize("file", [COMPARISON, ANSWERS])
def test_damaged_results_are_explained(results: Path, file: str):
    (results / file).write_bytes((results / file).read_bytes()[:100])
    app = open_compare()
    assert "Compare again" in warnings(app) or "cannot be read" in warnings(app)
    assert headings(app) == PARTS[-1:]


def test_figures_of_other_pictures_are_not_shown_beside_these(results: Path):
    content = json.loads((results / COMPARISON).read_text())
    content["about"]["data_sha256"] = "1" * 64
    (results / COMPARISON).write_text(json.dumps(content))
    app = open_compare()
    assert "have changed since this comparison" in warnings(app)
    assert headings(app) == PARTS


def test_a_link_that_names_what_is_not_there_is_explained(results: Path):
    app = open_compare(runs="0" * 20, comparison="../../etc")
    assert "The run of this link is not here" in warnings(app)
    assert "The comparison of this link is not here" in warnings(app)
    assert headings(app) == PARTS


def test_a_link_lets_someone_elses_run_join_and_stand_out(results: Path, digits: DataSet):
    run = finished_run(Runs("a" * 20), digits, "mine")
    app = open_compare(runs=run.name)
    assert "The run of this link is not here" not in warnings(app)
    table = app.dataframe[0].value
    assert len(table) == len(PEERS) + 1
    assert table["method"].iloc[-1] == "★ mine, someone else's"
    assert 0 < table["right, %"].iloc[-1] < 100
    assert app.query_params["runs"] == run.name
    cards = [html.proto.body for html in app.get("html") if "peer-cards" in html.proto.body]
    assert "mine, someone else" in cards[0]  # it answers the drawing too
    app.multiselect(key="compare_own").set_value([]).run()
    assert len(app.dataframe[0].value) == len(PEERS)
    assert not app.query_params.get("runs")


def test_a_run_that_joined_and_was_deleted_since_leaves_the_rest(
    results: Path, digits: DataSet
) -> None:
    stranger = Runs("a" * 20)
    run = finished_run(stranger, digits, "gone soon")
    app = open_compare(runs=run.name)
    stranger.delete(run.name)
    app.run()
    assert not app.exception
    assert headings(app) == PARTS
    assert len(app.dataframe[0].value) == len(PEERS)


class Answers:
    """Answers one class, whatever it sees."""

    classes = tuple("0123456789")

    def __init__(self, answer: int) -> None:
        self.answer = answer

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        return np.eye(10)[[self.answer] * len(images)]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "All 12 methods answer **7**. The correct answer is 8."),
        (
            {"svm": 9, "rnn": 1, "knn": 9},
            "9 of 12 methods answer **7**. Other answers: Nearest neighbours, Linear SVM: **9**; "
            "Simple RNN: **1**. The correct answer is 8.",
        ),
    ],
)
def test_no_answer_begins_a_sentence_after_another(
    results: Path, monkeypatch: pytest.MonkeyPatch, answers: dict[str, int], said: str
) -> None:
    """ "… answer 7. 9 is the answer of …" reads as 7.9."""
    peers = {name: Answers(answers.get(name, 7)) for name in PEERS}
    monkeypatch.setattr(shown, "load_answerers", lambda folder: peers)
    app = open_compare()
    assert said in [text.value for text in app.markdown]
    (cards,) = [html.proto.body for html in app.get("html") if "peer-cards" in html.proto.body]
    assert "≥ 99.9 %" in cards


def captions(app: AppTest) -> str:
    return " ".join(text.value for text in app.caption)


def test_the_chart_does_not_contradict_the_text_below_it(results: Path) -> None:
    said = captions(open_compare())
    assert "compares them picture by picture" in said
    assert "the difference may be chance" not in said


def test_what_own_runs_do_not_share_is_said(results: Path, digits: DataSet) -> None:
    assert "All use the same 55,000 training pictures" in captions(open_compare())
    run = finished_run(Runs("a" * 20), digits, "**mine**")  # of 200 pictures
    said = captions(open_compare(runs=run.name))
    assert "All use the same" not in said
    assert "Those without ★ learnt from the same 55,000" in said
    assert "learnt from 200 of these training pictures" in said
    assert "Methods with ★ were tested on 500 of them" in said
    assert r"\*\*mine\*\*" in said


def test_an_own_run_of_other_data_may_have_seen_the_test_pictures(
    results: Path, digits: DataSet
) -> None:
    run = finished_run(Runs("a" * 20), digits, "mine")
    card = json.loads((run.folder / CARD).read_text())
    (run.folder / CARD).write_text(json.dumps(card | {"data_sha256": "1" * 64}))
    said = captions(open_compare(runs=run.name))
    assert "learnt from other pictures" in said
    assert "of these training pictures" not in said


def test_a_single_training_says_what_its_interval_leaves_out(results: Path) -> None:
    assert "trained once" not in captions(open_compare())
    content = json.loads((results / COMPARISON).read_text())
    for row in content["rows"]:
        row["accuracies"] = row["accuracies"][:1]
    (results / COMPARISON).write_text(json.dumps(content))
    app = open_compare()
    assert "count the luck of the test pictures alone" in captions(app)
    claim = next(text.value for text in app.markdown if "whether the difference of" in text.value)
    assert "more than chance explains" not in claim


def test_several_trainings_are_offered_at_first(results: Path) -> None:
    assert open_compare().number_input(key="compare_seeds").value >= 2


def test_a_run_of_other_classes_cannot_join_and_says_why(results: Path):
    home = Runs("a" * 20)
    own_set = drawn_set(OwnSets("a" * 20), count=6)
    config = codec.set_value(TINY, "data.name", own_set.spec)
    run = finished_run(home, load(own_set.spec), "signs", config)
    app = open_compare(runs=run.name)
    assert "knows other classes" in warnings(app)
    assert len(app.dataframe[0].value) == len(PEERS)


def test_a_surprise_is_of_the_pictures_that_are_compared(results: Path):
    app = open_compare(model="gestures-lstm")
    app.button_group(key="draw_source").set_value("surprise").run()
    assert not app.exception
    drawing = app.session_state["drawing"]
    assert drawing.place[0] == "digits"
    assert drawing.answer in "0123456789"
