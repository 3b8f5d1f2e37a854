"""What is measured beside the page: everyone gets a result, however many ask at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from rnndemo.errors import InputError
from rnndemo.models.store import Model
from rnndemo.ui.robustness import out_of_place
from rnndemo.ui.shell.kept import KeptWork
from tests.patience import PATIENCE
from tests.runs import until

GATE = threading.Event()
MODELS: dict[str, Model] = {}
MEASURED: list[str] = []


def page() -> None:
    import numpy as np
    import streamlit as st

    from rnndemo.ui.robustness import out_of_place
    from tests.unit.ui.robustness import test_out_of_place as shared

    model = shared.MODELS[st.query_params["model"]]
    out_of_place.out_of_place_part(model, np.zeros((28, 28)), "")


def measured(model: Model, _test: Any, told: Callable[[int, int], None]) -> str:
    GATE.wait(PATIENCE)
    told(1, 1)
    MEASURED.append(model.name)
    return model.name


@pytest.fixture(autouse=True)
def _closed_form(monkeypatch: pytest.MonkeyPatch, tiny: Model) -> None:
    monkeypatch.setattr(out_of_place, "separation", measured)
    monkeypatch.setattr(out_of_place, "test_pictures_of", lambda model: None)
    monkeypatch.setattr(
        out_of_place, "_found", lambda model, image, found: st.markdown(f"found {found}")
    )
    monkeypatch.setattr(out_of_place, "_works", KeptWork("place_work", 1))
    GATE.clear()
    MEASURED.clear()
    MODELS.clear()
    MODELS.update({f"m{n}": replace(tiny, name=f"m{n}") for n in range(3)})


def opened(name: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=PATIENCE)
    app.query_params["model"] = name
    return app.run()


def test_more_models_at_once_than_are_remembered_all_get_a_result() -> None:
    apps = {name: opened(name) for name in MODELS}
    assert all(app.get("progress") for app in apps.values())
    GATE.set()
    until(lambda: len(MEASURED) == len(MODELS), "every result")
    for name, app in apps.items():
        app.run()
        assert not app.exception
        assert [one.value for one in app.markdown] == [f"found {name}"]
    assert sorted(MEASURED) == sorted(MODELS)  # once each


def test_who_begins_again_joins_whoever_did_so_before() -> None:
    first, second = opened("m0"), opened("m0")
    first.button(key="place_result_stop").click().run()
    GATE.set()
    for app in (first, second):
        assert "stopped" in app.run().markdown[0].value
        app.button(key="place_result_again").click().run()
    until(lambda: "m0" in MEASURED, "a result")
    for app in (first, second):
        assert app.run().markdown[0].value == "found m0"
    assert MEASURED == ["m0"]


def test_test_pictures_that_are_gone_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_model: Model) -> None:
        raise InputError("The pictures of {data} have changed.", data="signs")

    monkeypatch.setattr(out_of_place, "test_pictures_of", gone)
    app = opened("m0")
    assert not app.exception
    assert "signs" in app.warning[0].value
