"""What the page Explore remembers."""

from __future__ import annotations

from typing import Any

import pytest

from rnndemo.storage.folders import owner_of
from rnndemo.sweeps.studies import Studies, Study
from rnndemo.ui.explore import state
from tests.seeded import WIDE, seeded


@pytest.mark.usefixtures("data_folder")
def test_a_study_is_opened_without_reading_its_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(study: Study) -> Any:
        raise AssertionError("all trials are read")

    monkeypatch.setattr(state.st, "session_state", {})
    monkeypatch.setattr(Study, "look", look)
    study = seeded(Studies(owner_of("me")), 3)
    state.open_study(study)
    assert (state.study_name(), state.question(), state.space()) == (study.name, state.OWN, WIDE)
