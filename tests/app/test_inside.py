"""The Inside page runs through for every shipped model, in both languages, with every control."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from rnndemo import codec
from rnndemo.data.load import load
from rnndemo.data.own.shelf import OwnSetFolder, OwnSets
from rnndemo.models.cells import CELLS
from rnndemo.models.store import load_model, shipped_names
from rnndemo.reading.steps import kind_of, speaking_of
from rnndemo.storage.folders import HOME
from rnndemo.training.runs import Run, Runs
from rnndemo.ui.inside.at_once_questions import questions
from rnndemo.ui.inside.questions import (
    MEMORY,
    MEMORY_OF_PIXELS,
    QUESTIONS,
    questions_in_order,
)
from rnndemo.ui.shell.session import Drawing
from tests.finished import TINY, finished_run
from tests.own import drawn_set
from tests.patience import PATIENCE


def open_inside(drawing: Drawing | None = None, **query: str) -> AppTest:
    app = AppTest.from_file("../../app.py", default_timeout=PATIENCE)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    if drawing is not None:  # the board is empty here: put in what it would have stored
        app.session_state["drawing"] = drawing
    app.switch_page("pages/inside.py").run()
    assert not app.exception
    return app


def headings(app: AppTest) -> list[str]:
    return [heading.value for heading in app.header]


AT_ONCE = "digits-cnn"  # sees the picture at once


@pytest.mark.parametrize("name", [name for name in shipped_names() if name != AT_ONCE])
def test_every_model_that_reads_in_order_answers_every_question(name):
    stroke = np.array([[5.0, 0.0], [25.0, 0.0], [15.0, 30.0]])  # every frame takes strokes
    app = open_inside(Drawing([stroke], "drawn"), lang="en", model=name)
    model = load_model(name)
    say = speaking_of(kind_of(model.frame, model.config.data.scan), str)
    assert headings(app) == [say(question.title) for question in QUESTIONS.values()]
    assert not app.warning


def test_a_network_that_sees_the_picture_at_once_shows_its_layers_instead():
    app = open_inside(lang="en", model=AT_ONCE)
    assert headings(app) == [question.title for question in questions("cnn").values()]
    assert "Choose one above that reads in order" in app.info[0].value
    assert app.selectbox(key="model_select").value == AT_ONCE  # there one can choose another
    assert not app.warning


def test_from_a_network_that_sees_the_picture_at_once_one_click_leads_to_one_that_reads_in_order():
    app = open_inside(lang="en", model=AT_ONCE)
    app.button(key="inside_show_digits-lstm").click().run()
    assert app.selectbox(key="model_select").value == "digits-lstm"
    assert headings(app) == [question.title for question in QUESTIONS.values()]


def test_every_layer_of_a_convolutional_network_can_be_looked_at_to_its_last_map():
    app = open_inside(lang="en", model=AT_ONCE)
    layer = app.selectbox(key=f"inside_maps_layer_{AT_ONCE}")
    assert layer.options[0] == "Convolution 1 (feature maps: 32, each 28 × 28)"
    assert layer.options[-1] == "Convolution 6 (feature maps: 128, each 7 × 7)"
    for k in range(len(layer.options)):
        app.selectbox(key=f"inside_maps_layer_{AT_ONCE}").select_index(k).run()
        number = app.number_input(key=f"inside_maps_channel_{AT_ONCE}_{k}")
        number.set_value(number.max).run()
        assert not app.exception


def test_without_a_drawing_the_page_shows_a_test_digit_and_says_so():
    app = open_inside(lang="en")
    assert any("Nothing is drawn yet" in text.value for text in app.markdown)
    assert len(headings(app)) == len(QUESTIONS)


def test_with_a_drawing_the_page_does_not_ask_for_one():
    stroke = np.array([[5.0, 0.0], [5.0, 20.0]])
    app = open_inside(Drawing([stroke], "drawn"), lang="en")
    assert not any("Nothing is drawn yet" in text.value for text in app.markdown)


def test_chinese_headings_are_translated():
    app = open_inside(lang="zh")
    assert not set(headings(app)) & {question.title for question in QUESTIONS.values()}


def test_silencing_no_unit_changes_nothing():
    app = open_inside(lang="en")
    app.multiselect[0].set_value([]).run()
    assert not app.exception
    before_and_after = next(m.value for m in app.markdown if m.value.startswith("The answer"))
    before, after = before_and_after.rstrip(".").split(": ")[1].split(", ")
    assert before.removesuffix(" before") == after.removesuffix(" after")


def test_every_control_can_be_moved_to_its_ends():
    app = open_inside(lang="en")
    for place in range(len(app.slider)):
        for end in ("min", "max"):
            app.slider[place].set_value(getattr(app.slider[place], end)).run()
            assert not app.exception
    units = app.number_input[0]
    units.set_value(units.max).run()
    assert not app.exception


# --- own classes ------------------------------------------------------------------------------


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OwnSets:
    monkeypatch.setenv(HOME, str(tmp_path))
    return OwnSets("a" * 20)


def trained_on(own_set: OwnSetFolder, **settings: object) -> Run:
    config = codec.set_value(TINY, "data.name", own_set.spec)
    config = codec.set_value(config, "data.train_size", 0)
    for path, value in settings.items():
        config = codec.set_value(config, path.replace("__", "."), value)
    return finished_run(Runs("a" * 20), load(own_set.spec), "signs", config)


def warned(app: AppTest) -> str:
    return " ".join(warning.value for warning in app.warning)


def test_own_classes_have_few_test_pictures_and_the_first_is_shown(shelf: OwnSets) -> None:
    run = trained_on(drawn_set(shelf))
    app = open_inside(lang="en", model=run.name)
    assert len(headings(app)) == len(QUESTIONS)
    assert not app.warning


@pytest.mark.parametrize(("cell", "scan"), [("lru", "permuted-pixels"), ("mingru", "rows")])
def test_linear_cells_answer_every_question(shelf: OwnSets, cell: str, scan: str) -> None:
    run = trained_on(drawn_set(shelf), model__cell=cell, data__scan=scan)
    app = open_inside(lang="en", model=run.name)
    assert len(headings(app)) == len(questions_in_order([CELLS[cell]]))
    assert (MEMORY.title in headings(app)) == (cell == "lru")


def test_a_network_of_two_speeds_answers_every_question_and_says_what_a_row_is(
    shelf: OwnSets,
) -> None:
    run = trained_on(drawn_set(shelf), model__network="two-speed")
    app = open_inside(lang="en", model=run.name)
    assert set(headings(app)) == {MEMORY.title, *(one.title for one in QUESTIONS.values())}
    assert any("reads a row pixel by pixel" in text.value for text in app.caption)
    said = [text.value for text in app.markdown]
    assert MEMORY_OF_PIXELS.lead in said
    assert MEMORY.lead not in said
    # the equations are those of the layer that is looked at
    assert [("h_{t-1}" in one.value, "lambda" in one.value) for one in app.latex[:2]] == [
        (True, False)
    ] * 2
    app.selectbox(key="inside_layer_2").select_index(0).run()
    assert not app.exception
    assert [("h_{t-1}" in one.value, "lambda" in one.value) for one in app.latex[:2]] == [
        (False, True)
    ] * 2


@pytest.mark.parametrize(("cell", "scan"), [("lru", "columns"), ("gru", "pixels")])
def test_all_that_two_speeds_can_be_made_of_answers_every_question(
    shelf: OwnSets, cell: str, scan: str
) -> None:
    more = {"model__bidirectional": scan == "columns", "model__hidden_size": 4}
    own_set = drawn_set(shelf)
    run = trained_on(own_set, model__network="two-speed", model__cell=cell, data__scan=scan, **more)
    app = open_inside(lang="en", model=run.name)
    assert MEMORY.title in headings(app)
    said = [text.value for text in app.markdown]
    assert (MEMORY if cell == "lru" else MEMORY_OF_PIXELS).lead in said  # of the last that turn
    assert not app.warning


@pytest.mark.parametrize("network", ["cnn", "mlp", "renet"])
@pytest.mark.parametrize("scan", ["rows", "columns"])
def test_every_kind_of_network_that_sees_the_picture_at_once_shows_its_layers(
    shelf: OwnSets, network: str, scan: str
) -> None:
    own_set = drawn_set(shelf)
    settings = {"model__network": network, "model__num_layers": 2, "data__scan": scan}
    run = trained_on(own_set, **settings)
    app = open_inside(lang="en", model=run.name)
    assert headings(app) == [question.title for question in questions(network).values()]
    app.selectbox(key=f"inside_maps_layer_{run.name}").select_index(1).run()
    assert not app.exception
    shelf.delete(own_set.id)  # the test pictures are gone, a drawing is still seen
    stroke = np.array([[5.0, 0.0], [25.0, 0.0], [15.0, 30.0]])
    app = open_inside(Drawing([stroke], "drawn"), lang="en", model=run.name)
    assert headings(app) == [question.title for question in questions(network).values()]


def test_without_drawing_and_set_the_page_says_why_it_is_empty(shelf: OwnSets) -> None:
    own_set = drawn_set(shelf)
    run = trained_on(own_set)
    shelf.delete(own_set.id)
    app = open_inside(lang="en", model=run.name)
    assert "it was deleted" in warned(app)
    assert headings(app) == []
    assert app.selectbox(key="model_select").value == run.name  # another can be chosen


@pytest.mark.parametrize("then", ["deleted", "other classes"])
def test_without_its_set_a_drawing_is_read_and_only_test_pictures_are_missing(
    shelf: OwnSets, then: str
) -> None:
    own_set = drawn_set(shelf)
    run = trained_on(own_set)
    if then == "deleted":
        shelf.delete(own_set.id)
    else:
        shelf.change(own_set.id, lambda content: content.with_class_renamed("roof", "hat"))
    stroke = np.array([[5.0, 0.0], [25.0, 0.0], [15.0, 30.0]])
    app = open_inside(Drawing([stroke], "drawn"), lang="en", model=run.name)
    assert headings(app) == [question.title for question in QUESTIONS.values()]
    assert ("it was deleted" if then == "deleted" else "have changed") in warned(app)


def test_names_of_own_classes_are_no_markup(shelf: OwnSets) -> None:
    own_set = drawn_set(shelf)
    for old, new in (("tick", "**t**"), ("roof", ":red[r]")):
        own_set = shelf.change(
            own_set.id, lambda content, old=old, new=new: content.with_class_renamed(old, new)
        )
    app = open_inside(lang="en", model=trained_on(own_set).name)
    verdicts = [m.value for m in app.markdown if m.value.startswith("The answer stays")]
    assert verdicts
    assert all(r"\*\*t" in text or r"\:red" in text for text in verdicts)


def test_a_page_of_text_is_refused_in_a_sentence() -> None:
    page = Image.new("L", (400, 300), 255)
    for top in range(5, 290, 14):
        ImageDraw.Draw(page).text((5, top), "the quick brown fox jumps over the lazy dog", fill=0)
    app = open_inside(Drawing(np.asarray(page, np.float32) / 255, "drawn"), lang="en")
    assert "many small marks" in warned(app)


def test_a_network_that_reads_both_ways_and_answers_by_sigmoids_says_so(shelf: OwnSets) -> None:
    settings = {"model__bidirectional": True, "model__output_activation": "sigmoid"}
    run = trained_on(drawn_set(shelf), data__scan="columns", **settings)
    app = open_inside(lang="en", model=run.name)
    told = " ".join(one.value for one in (*app.markdown, *app.info))
    assert "also reads backwards" in told
    assert "backward units are held from that timestep to the first" in told
    assert "turns each score into a probability of its own" in told
    assert "the hidden state after timestep" in told
    assert "softmax" not in " ".join(one.value for one in app.latex)
    assert "reads the same pictures in the same order" in told  # no other reads columns
    layers = app.selectbox(key="inside_silence_layer_2")
    assert [layers.options[layers.value], *layers.options] == [
        "Layer 1", "Layer 1", "Layer 1, backward",
    ]  # fmt: skip
    layers.set_value(1).run()
    assert not app.exception
    assert app.get_by_key(f"inside_silence_units_{run.name}_0_backward").value
