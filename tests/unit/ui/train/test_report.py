"""A test report shows the pictures that were tested, or none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from rnndemo.config import RunConfig
from rnndemo.data.load import data_of
from rnndemo.data.own.shelf import OwnSetFolder, OwnSets
from rnndemo.evaluation.examination import TestReport
from rnndemo.storage.names import REPORT
from rnndemo.training.engine import Engine
from rnndemo.training.runs import Run, Runs
from tests.own import drawn_set, one_more
from tests.patience import PATIENCE
from tests.small import changed

pytestmark = pytest.mark.usefixtures("sleepers")

CHANGED = "The test pictures have changed since this report"


@pytest.fixture
def signs(mine: OwnSets) -> OwnSetFolder:
    return drawn_set(mine, 11)


@pytest.fixture
def run(mine: OwnSets, signs: OwnSetFolder) -> Run:
    """A run that has learnt the signs, and takes some for others."""
    config: RunConfig = changed(
        data__name=signs.spec, data__train_size=0, training__lr=1e-6, training__epochs=1
    )
    run = Runs(mine.folder.name).start(config)
    run.kill()
    Engine(run.folder, data_of(config)).run()
    return run


def one_less(signs: OwnSetFolder) -> None:
    """Delete all that the first class has above the least."""
    shelf = OwnSets(signs.folder.parent.name)
    for one in signs.content.classes:
        for name in one.examples[6:]:
            label = one.name
            shelf.change(signs.id, lambda it, label=label, name=name: it.without_example(
                label, name, 0.0
            ))  # fmt: skip


def gone(signs: OwnSetFolder) -> None:
    OwnSets(signs.folder.parent.name).delete(signs.id)


def pages(folder: str) -> None:
    from pathlib import Path

    import streamlit as st

    from rnndemo.models.store import load_folder
    from rnndemo.training.runs import Run
    from rnndemo.ui.shell import session
    from rnndemo.ui.train.report import report_html, test_report

    session.start()
    run, model = Run(Path(folder)), load_folder(Path(folder))
    st.session_state["file"] = report_html(run, model, "signs", "en")
    test_report(run, model)


def both(run: Run) -> tuple[str, AppTest]:
    """Return the report as a file, and on the page."""
    app = AppTest.from_function(pages, default_timeout=PATIENCE, args=(str(run.folder),)).run()
    assert not app.exception
    return app.session_state["file"], app


def pictures(app: AppTest) -> int:
    return sum(one.proto.body.count("<img") for one in app.get("html"))


@pytest.mark.parametrize("change", [one_more, one_less, gone])
def test_a_report_shows_no_other_pictures_than_were_tested(
    change: Callable[[OwnSetFolder], None], run: Run, signs: OwnSetFolder
) -> None:
    report = TestReport.load(run.folder / REPORT)
    assert len(report.mistakes)
    file, app = both(run)
    assert file.count("<img") == pictures(app) == len(report.mistakes)
    assert CHANGED not in file
    change(signs)
    file, app = both(run)
    assert file.count("<img") == pictures(app) == 0
    assert CHANGED in file
    assert CHANGED in app.info[0].value
    assert "What does it mistake for what?" in file
    assert "What does it mistake for what?" in [one.value for one in app.subheader]
