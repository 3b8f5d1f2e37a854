"""Give a trained model another reject threshold than calibration chose."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from rnndemo.errors import InputError, check_number
from rnndemo.evaluation.examination import TestReport
from rnndemo.models.store import read_card, save_card
from rnndemo.storage.names import CARD, REPORT, WEIGHTS
from rnndemo.training.runs import Run

CALIBRATED = "calibrated_threshold"  # among what a card's `measured` holds: what calibration chose


def set_threshold(run: Run, threshold: float) -> None:
    """Let the model of a run answer "?" below another threshold, wherever it is used from now on.

    Its card keeps what calibration chose, and its test report counts anew what is rejected.

    Parameters
    ----------
    threshold : float
        0 to 1.

    Raises
    ------
    InputError
        If the run is another visitor's, still trains, has no model, or cannot be written; or the
        threshold is out of range.
    """
    run.check_own()
    check_number("reject_threshold", threshold, 0, 1)
    with run.at_rest():
        if not (run.folder / WEIGHTS).is_file():
            raise InputError("This run has no network yet, whose threshold could be changed.")
        card = read_card(run.folder / CARD, run.name)
        measured = {CALIBRATED: card.reject_threshold, **card.measured}
        report = None
        with suppress(InputError):  # without one, there is nothing to count
            report = TestReport.load(run.folder / REPORT)
            report = replace(report, rejected=report.confidences < threshold)
            measured["accepted"] = float(1 - report.rejected.mean())
        save_card(run.folder, replace(card, reject_threshold=threshold, measured=measured))
        if report is not None:
            report.save(run.folder / REPORT)
