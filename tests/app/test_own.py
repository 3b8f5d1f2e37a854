"""Own classes without a browser: name, rename, delete, take back; odd links and names."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from rnndemo import codec
from rnndemo.data.load import load
from rnndemo.data.own.examples import EXAMPLES, photographed
from rnndemo.data.own.sets import MAX_EXAMPLES
from rnndemo.data.own.shelf import OwnSetFolder, OwnSets
from rnndemo.storage.folders import owner_of
from rnndemo.storage.names import CARD
from rnndemo.training.runs import Runs
from rnndemo.training.state import write_state
from rnndemo.ui.drawing.answer import STEP_NAMES
from rnndemo.ui.drawing.ink import Ink
from tests.finished import TINY, finished_run
from tests.own import drawing, drawn_set, photograph, photographed_set
from tests.patience import PATIENCE

SCRIPT = """
from rnndemo.ui.shell import chrome, session, url
from rnndemo.ui.own.steps import own_classes
session.start()
chrome.header()
own_classes()
url.publish()
"""


@pytest.fixture
def mine(owner: str) -> OwnSets:
    return OwnSets(owner)


def opened(**parameters: str) -> AppTest:
    app = AppTest.from_string(SCRIPT, default_timeout=PATIENCE)
    for name, value in {"lang": "en", **parameters}.items():
        app.query_params[name] = value
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return run(app)


def names(own_set: OwnSetFolder) -> list[str]:
    return [one.name for one in own_set.content.classes]


def texts(app: AppTest) -> str:
    return "\n".join(str(one.value) for one in (*app.markdown, *app.caption))


def test_beginning_says_why_there_are_no_hands_and_leads_into_recording(mine: OwnSets) -> None:
    app = opened()
    assert "This page has no ready-made network for hand signs" in texts(app)
    assert "are no substitute" in texts(app)
    press(app, "own_hands_begin")
    (own_set,) = mine.all()
    assert (own_set.content.kind, names(own_set)) == ("photographed", ["open hand", "fist"])
    assert app.query_params["set"] in (own_set.id, [own_set.id])
    assert "3 · Examples of open hand" in [one.value for one in app.header]


def test_set_and_classes_are_made_renamed_deleted_and_brought_back(mine: OwnSets) -> None:
    app = opened()
    app.text_input(key="own_new_name").set_value("my signs")
    press(app, "own_create")
    for name in ("tick", "roof"):
        app.text_input(key="own_class_name").set_value(name)
        press(app, "own_class_add")
    (own_set,) = mine.all()
    assert (own_set.content.name, names(own_set)) == ("my signs", ["tick", "roof"])

    app.text_input(key=f"own_class_name_{own_set.id}_roof").set_value("hat")
    run(app)
    assert names(mine.all()[0]) == ["tick", "hat"]
    assert "3 · Examples of hat" in [one.value for one in app.header]
    press(app, "own_class_delete")
    assert names(mine.all()[0]) == ["tick"]
    press(app, "own_undo")
    assert names(mine.all()[0]) == ["tick", "hat"]

    app.text_input(key=f"own_name_{own_set.id}").set_value("our signs")
    run(app)
    assert mine.all()[0].content.name == "our signs"
    press(app, "own_delete_set")
    assert mine.all() == []
    press(app, "own_undelete_set")
    assert [one.id for one in mine.all()] == [own_set.id]


def test_a_set_for_which_there_is_no_room_can_be_restored_later(
    mine: OwnSets, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_set = drawn_set(mine, 1)
    app = opened()
    press(app, "own_delete_set")
    another = mine.create("another", "drawn")
    monkeypatch.setattr(OwnSets, "limit", 1)
    press(app, "own_undelete_set")
    assert [one.id for one in mine.all()] == [another.id]
    mine.delete(another.id)
    press(app, "own_undelete_set")
    assert [one.id for one in mine.all()] == [own_set.id]


@pytest.mark.parametrize("name", ["", "a" * 39 + "\u202e", "TICK"])
def test_name_that_cannot_be_is_said_and_changes_nothing(mine: OwnSets, name: str) -> None:
    before = drawn_set(mine, 1)
    app = opened()
    app.text_input(key="own_class_name").set_value(name)
    press(app, "own_class_add")
    assert any(part in app.warning[0].value for part in ("is not a valid name", "already"))
    assert mine.find(before.id) == before


def test_new_name_that_cannot_be_is_said_once_and_the_field_shows_the_old(mine: OwnSets) -> None:
    before = drawn_set(mine, 1)
    app = opened()
    for key, name, old in (
        (f"own_name_{before.id}", "", "my signs"),
        (f"own_class_name_{before.id}_tick", "roof", "tick"),
    ):
        app.text_input(key=key).set_value(name)
        assert run(app).warning
        assert app.text_input(key=key).value == old
        assert not run(app).warning
    assert mine.find(before.id) == before


def test_name_with_markup_is_shown_as_it_is(mine: OwnSets) -> None:
    name = "**b** [x](http://y) <i> :red[z]"
    own_set = drawn_set(mine, 1)
    mine.change(own_set.id, lambda content: content.with_class_renamed("tick", name))
    app = opened()
    heading = app.header[2].value
    assert heading == r"3 · Examples of \*\*b\*\* \[x\]\(http\://y\) \<i\> \:red\[z\]"


def test_set_that_is_too_small_says_what_is_missing_and_cannot_be_trained(mine: OwnSets) -> None:
    drawn_set(mine, 3)
    app = opened()
    assert "Still missing\\: tick 2, roof 2." in texts(app)
    assert app.button(key="own_train").disabled
    drawn_set(mine, 5)
    assert not opened().button(key="own_train").disabled


def test_full_class_offers_no_more_room(mine: OwnSets) -> None:
    photographed_set(mine, MAX_EXAMPLES)
    app = opened()
    assert "This class is full." in texts(app)
    assert "50 examples." in texts(app)


@pytest.mark.parametrize("name", ["a" * 20, "../..", "**x**"])
def test_link_to_no_set_shows_ones_own_and_says_so(mine: OwnSets, name: str) -> None:
    own_set = drawn_set(mine, 1)
    app = opened(set=name)
    assert "The set of this link is not here" in app.warning[0].value
    assert app.query_params["set"] in (own_set.id, [own_set.id])
    assert not run(app).warning  # said once


def test_damaged_example_is_shown_as_such(mine: OwnSets) -> None:
    own_set = drawn_set(mine, 2)
    (own_set.folder / f"{own_set.content.examples[0]}.json").write_bytes(b"[")
    app = opened()
    assert "2 examples." in texts(app)


def test_someone_elses_set_can_be_copied_and_not_changed(mine: OwnSets) -> None:
    theirs = drawn_set(OwnSets(owner_of("other")), 5)
    app = opened(set=theirs.id)
    assert "belongs to someone else" in texts(app)
    keys = {button.key for button in app.button}
    assert not keys & {"own_take_back", "own_delete_set", "own_class_add", "own_class_delete"}
    assert not any(key and key.startswith("own_delete_") for key in keys)
    press(app, "own_copy")
    (copy,) = mine.all()
    assert names(copy) == names(theirs)


def test_training_that_cannot_start_says_why(
    mine: OwnSets, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn_set(mine, 5)
    monkeypatch.setattr("rnndemo.training.runs.Runs.limit", 0)
    app = press(opened(), "own_train")
    assert "keep up to 0 runs" in app.warning[0].value


def test_accuracy_on_a_few_examples_is_a_sentence_and_no_figure(mine: OwnSets, owner: str) -> None:
    own_set = drawn_set(mine)
    config = codec.set_value(TINY, "data.name", own_set.spec)
    run = finished_run(Runs(owner), load(own_set.spec), "signs", config)
    right = round(2 * run.state.test_accuracy)
    said = next(text for text in texts(opened()).splitlines() if " of 2 right" in text)
    assert said.startswith(f"{right} of 2 right. So few examples say little")
    assert "**" not in said  # what is bold there is set large


@pytest.mark.parametrize(
    ("right", "count", "figure"),
    [(2, 2, False), (99, 99, False), (90, 100, True), (399, 400, True)],
)
def test_accuracy_is_a_figure_from_a_hundred_examples_on(
    mine: OwnSets, owner: str, right: int, count: int, figure: bool
) -> None:
    own_set = drawn_set(mine)
    config = codec.set_value(TINY, "data.name", own_set.spec)
    run = finished_run(Runs(owner), load(own_set.spec), "signs", config)
    write_state(run.folder, replace(run.state, test_accuracy=right / count, test_size=count))
    said = next(text for text in texts(opened()).splitlines() if f" of {count} right" in text)
    assert said.startswith("**") == figure
    assert "100" not in said.split("right")[0].replace(" 100 ", "")  # 99.75 % are not 100


# --- the page Train ---------------------------------------------------------------------------


def opened_train(spec: str) -> AppTest:
    app = AppTest.from_file("../../app.py", default_timeout=PATIENCE)
    app.query_params["lang"] = "en"
    app.query_params["data.name"] = spec
    app.run()
    return run(app.switch_page("pages/train.py"))


def test_train_offers_own_sets_and_follows_their_changes(mine: OwnSets) -> None:
    own_set = drawn_set(mine, 5)
    drawn_set(mine, 1)  # too small to train
    app = opened_train(own_set.spec)
    choice = app.selectbox(key="train_data_name")
    assert choice.value == own_set.spec
    assert "Yours: my signs" in choice.options
    assert sum(option.startswith("Yours: ") for option in choice.options) == 1
    assert "roof" in sheet(app)
    mine.change(own_set.id, lambda content: content.with_class_renamed("roof", "hat"))
    run(app)
    assert "hat" in sheet(app)
    assert "roof" not in sheet(app)


def test_own_drawing_in_the_report_is_answered_with_a_name_that_is_no_markup(
    mine: OwnSets, owner: str
) -> None:
    own_set = drawn_set(mine)
    for old, new in (("tick", "**t**"), ("roof", ":red[r]")):
        own_set = mine.change(
            own_set.id, lambda content, old=old, new=new: content.with_class_renamed(old, new)
        )
    config = codec.set_value(TINY, "data.name", own_set.spec)
    run_ = finished_run(Runs(owner), load(own_set.spec), "signs", config)
    card = json.loads((run_.folder / CARD).read_text())
    (run_.folder / CARD).write_text(json.dumps(card | {"reject_threshold": 0.0}))
    app = AppTest.from_file("../../app.py", default_timeout=PATIENCE)
    app.query_params["lang"] = "en"
    app.query_params["run"] = run_.name
    app.session_state["ink_on_draw_canvas"] = Ink(
        [{"type": "Path", "path": [["M", 60, 60], ["L", 240, 60], ["L", 130, 260]]}]
    )
    app.run()
    run(app.switch_page("pages/train.py"))
    said = {text.value for text in app.markdown}
    assert said & {r"\*\*t\*\*", r"\:red\[r\]"}
    assert not said & {"**t**", ":red[r]"}


def sheet(app: AppTest) -> str:
    return next(one.proto.body for one in app.get("html") if "contact-sheet" in one.proto.body)


@pytest.mark.parametrize("spec", ["folder:/etc", "npz:x.npz", "set:" + "0" * 20, "set:../.."])
def test_train_takes_no_other_data_from_a_link(mine: OwnSets, spec: str) -> None:
    app = opened_train(spec)
    assert "There is no data set named" in "".join(one.value for one in app.warning)
    assert app.selectbox(key="train_data_name").value == "digits"


# --- trying -----------------------------------------------------------------------------------


def test_every_step_of_seeing_has_a_name() -> None:
    seen = [EXAMPLES["drawn"].seen(drawing("tick"), frame) for frame in ("ink", "path")]
    seen.append(EXAMPLES["photographed"].seen(photographed(photograph()), "photo"))
    assert all(step.name in STEP_NAMES for one in seen for step in one.steps)
