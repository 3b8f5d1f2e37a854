"""The pages offer the scans that fit the chosen pictures, and say so where one does not."""

from __future__ import annotations

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rnndemo.config import SCANS
from rnndemo.data.load import load
from rnndemo.data.own.shelf import OwnSets
from rnndemo.data.scans import fits
from rnndemo.models.store import load_folder
from rnndemo.training.runs import Runs
from rnndemo.ui.inside import readings
from rnndemo.ui.inside.questions import QUESTIONS
from tests.finished import finished_run
from tests.opened import open_page, open_train
from tests.own import drawn_set, photographed_set
from tests.small import changed

SCAN, DATA = "train_data_scan", "train_data_name"
FITTING = {side: [name for name in SCANS if fits(name, side, side)] for side in (28, 64)}


@pytest.fixture
def mine(owner: str) -> OwnSets:
    return OwnSets(owner)


def offered(app: AppTest) -> list[str]:
    """Return the labels of the scans that the page Train offers."""
    return list(app.selectbox(key=SCAN).options)


def warned(app: AppTest) -> str:
    return " ".join(warning.value for warning in app.warning).replace("\\", "")


def turn(app: AppTest, key: str, value: object) -> None:
    app.get_by_key(key).set_value(value).run()
    assert not app.exception


def test_train_offers_the_scans_that_fit_and_changes_one_that_does_not(mine: OwnSets) -> None:
    photos, signs = photographed_set(mine).spec, drawn_set(mine).spec
    app = open_train(lang="en")
    assert len(offered(app)) == len(FITTING[28])
    assert "patches of 7 × 7" in offered(app)
    assert "patches of 16 × 16" not in offered(app)
    assert "16 × 16" not in app.get_by_key(SCAN).help
    turn(app, SCAN, "patches-7")
    turn(app, DATA, signs)  # of the same size
    assert (app.get_by_key(SCAN).value, warned(app)) == ("patches-7", "")
    turn(app, DATA, photos)
    assert "“patches of 7 × 7” does not fit pictures of 64 × 64 pixels" in warned(app)
    assert "the scan is now “rows, from the top”" in warned(app)
    assert app.get_by_key(SCAN).value == "rows"
    assert "data.scan" not in app.query_params
    assert len(offered(app)) == len(FITTING[64])
    turn(app, SCAN, "patches-16")
    assert (warned(app), app.query_params["data.scan"]) == ("", "patches-16")
    turn(app, DATA, "digits")
    assert "“patches of 16 × 16” does not fit pictures of 28 × 28 pixels" in warned(app)
    turn(app, SCAN, "patches")
    turn(app, DATA, photos)  # they fit both
    assert (app.get_by_key(SCAN).value, warned(app)) == ("patches", "")


def test_train_offers_no_patches_of_a_pen_path(mine: OwnSets) -> None:
    app = open_train(**{"lang": "en", "data.name": drawn_set(mine).spec, "data.scan": "patches"})
    turn(app, "train_data_frame", "path")
    assert "“patches of 4 × 4” does not fit pictures of 64 × 5 pixels" in warned(app)
    assert not [label for label in offered(app) if "patches" in label]


def test_link_with_a_scan_that_does_not_fit_falls_back_and_says_so(mine: OwnSets) -> None:
    app = open_train(**{"lang": "en", "data.scan": "patches-32", "model.hidden_size": "24"})
    assert "“patches of 32 × 32” does not fit pictures of 28 × 28 pixels" in warned(app)
    assert app.get_by_key(SCAN).value == "rows"
    assert app.get_by_key("train_model_hidden_size").value == 24
    photos = photographed_set(mine).spec
    app = open_train(**{"lang": "en", "data.name": photos, "data.scan": "patches-32"})
    assert (app.get_by_key(SCAN).value, warned(app)) == ("patches-32", "")


def test_explore_asks_of_scans_that_fit_and_refuses_others() -> None:
    space = {"base": {"data": {"train_size": 300}}, "fields": {"model.cell": {"fixed": "gru"}}}
    app = open_page("explore", lang="en", space=json.dumps(space))
    turn(app, "explore_field_add_1", "data.scan")
    choices = app.get_by_key("explore_field_data_scan_choices")
    assert choices.value == FITTING[28]
    assert not warned(app)
    turn(app, "explore_field_data_scan_choices", ["patches-7", "patches-8"])
    assert "patches-8: pictures of 28 x 28 pixels cannot be cut" in warned(app)
    assert "patches-7 (7 x 7)" in warned(app)
    assert app.get_by_key("sweep_start").disabled
    space["fields"]["data.scan"] = {"choices": ["patches-8", "rows"]}
    app = open_page("explore", lang="en", space=json.dumps(space))
    assert "patches-8: pictures of 28 x 28 pixels cannot be cut" in warned(app)


def test_inside_speaks_of_timesteps_of_large_pictures(mine: OwnSets, owner: str) -> None:
    own = photographed_set(mine)
    config = changed(data__name=own.spec, data__scan="patches-32", data__train_size=0)
    run = finished_run(Runs(owner), load(own.spec), "hands", config)
    app = open_page("inside", lang="en", model=run.name)
    assert app.title[0].value == "Inside, timestep by timestep"
    assert len(app.header) >= len(QUESTIONS) - 1
    where = readings.read_at(load_folder(run.folder), np.array([0, 1, 3]))
    assert where.tolist() == [[0, 0, 31, 31], [0, 32, 31, 63], [32, 32, 63, 63]]
