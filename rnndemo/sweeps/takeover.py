"""From a trial to a run: what a study has trained becomes one of a visitor's own runs."""

from __future__ import annotations

import secrets
import shutil
import time
from pathlib import Path

from rnndemo.errors import InputError
from rnndemo.files import write_json
from rnndemo.models.store import CARD, CONFIG, WEIGHTS
from rnndemo.sweeps.records import folder_of
from rnndemo.training.checkpoint import CHECKPOINT
from rnndemo.training.events import EVENTS
from rnndemo.training.run import ABOUT, MOST_NAME, Run
from rnndemo.training.run_folder import REPORT
from rnndemo.training.runs import MOST_RUNS, Visitor
from rnndemo.training.state import STATE

FILES = (CONFIG, STATE, EVENTS, CHECKPOINT, REPORT, CARD, WEIGHTS)  # weights last: a whole model


def take_over(folder: Path, number: int, visitor: Visitor, title: str) -> Run:
    """Copy a trial of the study in `folder` as a run of `visitor`.

    It is a copy of its own: training it on changes nothing in the study.

    Parameters
    ----------
    folder : Path
        Of the study, anyone's.
    number : int
        Of the trial.
    visitor : Visitor
    title : str
        What the run is called.

    Raises
    ------
    InputError
        If the trial has left nothing, the visitor has too many runs, or it cannot be written.
    """
    trial = folder_of(folder, number)
    if not (trial / STATE).is_file():
        raise InputError("Trial {number} has left no run behind.", number=number)
    if len(visitor.runs()) >= MOST_RUNS:
        raise InputError(
            "You have {most} runs, and that is as many as are kept; delete some first.",
            most=MOST_RUNS,
        )
    name = secrets.token_hex(10)
    fresh = visitor.folder / f".{name}.new"
    try:
        fresh.mkdir(parents=True)
        for file in FILES:
            if (trial / file).is_file():
                shutil.copyfile(trial / file, fresh / file)
        about = {"title": title[:MOST_NAME], "notes": "", "made": time.time()}
        write_json(fresh / ABOUT, about)
        return Run(fresh.rename(visitor.folder / name), own=True)
    except OSError as problem:
        raise InputError(
            "The run could not be written ({reason}); make room in the data folder.",
            reason=problem.strerror or str(problem),
        ) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
