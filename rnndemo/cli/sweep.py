"""The command ``python -m rnndemo sweep``: a study, reported line by line on stderr."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from rnndemo.cluster.dask import ClusterExecutor
from rnndemo.errors import InputError
from rnndemo.jobs.interrupt import pressed_keys
from rnndemo.jobs.machine import slots
from rnndemo.sweeps import space_file, study
from rnndemo.sweeps.analysis.points import CHOSEN_BY, METRICS
from rnndemo.sweeps.analysis.tables import as_json, seed_of
from rnndemo.sweeps.plan import TrialRecord
from rnndemo.sweeps.questions import QUESTIONS, space_named
from rnndemo.sweeps.records import LOG, StudySpec
from rnndemo.sweeps.space import SearchSpace
from rnndemo.trials.executor import Executor
from rnndemo.trials.local import LocalExecutor

MAX_WORKERS = 256


def sweep(given: argparse.Namespace) -> dict[str, Any]:
    """Start or resume a study and run it to its end; return what ``--json`` prints.

    Raises
    ------
    InputError
        If something that was given cannot be used.
    KeyboardInterrupt
        After Ctrl-C, with a sentence: where it stopped, and the command that resumes it.
    """
    if given.workers is not None and not 1 <= given.workers <= MAX_WORKERS:
        raise InputError(
            "--workers {workers}: a number from 1 to {most} is needed.",
            workers=given.workers, most=MAX_WORKERS,
        )  # fmt: skip
    space = _space(given.space) if given.space is not None else None
    about = study.prepare(given.out, space, given.trials)
    with pressed_keys() as pressed:
        known = study.conduct(
            given.out, about, lambda: _begun(given, about), given.storage, pressed,
            partial(_report, about),
        )  # fmt: skip
        if pressed() or any(not trial.ended for trial in known):
            raise KeyboardInterrupt(_stopped(given, about, known))
    if not given.json:
        print(_summary(given.out, known))
    return {"study": about.study, "trials": [as_json(about.space, trial) for trial in known]}


def _space(name: str) -> SearchSpace:
    if name in QUESTIONS or not (name.endswith(".json") or Path(name).exists()):
        return space_named(name)
    return space_file.read_space(Path(name))


def _begun(given: argparse.Namespace, about: StudySpec) -> Executor:
    executor = _executor(given)
    fields = ", ".join(about.space.varied) or "seeds"
    many = f"{about.trials:,} trials" if about.trials else "trials until the budget is spent"
    first = f"{about.study}: {many} over {fields}, chosen by {about.space.sampler}"
    print(first, file=sys.stderr, flush=True)
    return executor


def _executor(given: argparse.Namespace) -> Executor:
    if given.scheduler is not None:
        return ClusterExecutor(given.scheduler, given.workers or 0)
    return LocalExecutor(given.workers or slots(), given.out / LOG)


def _report(about: StudySpec, trial: TrialRecord, ended: int) -> None:
    """Print a line on stderr for a trial that has ended."""
    result = trial.result
    assert result is not None
    of = f"/{about.trials}" if about.trials else ""
    words = [f"{path}={value}" for path, value in trial.params.items()]
    words.append(f"seed={seed_of(about.space, trial)}")
    outcome = result.reason or (
        f"validation {result.validation_accuracy:.2%}  test {result.test_accuracy:.2%}  "
        f"{result.seconds:.1f} s"
    )
    print(
        f"{ended:>4}{of}  trial {trial.number}  {trial.state}  {outcome}  {' '.join(words)}",
        file=sys.stderr, flush=True,
    )  # fmt: skip


def _stopped(given: argparse.Namespace, about: StudySpec, known: list[TrialRecord]) -> str:
    ended = sum(trial.ended for trial in known)
    of = f" of {about.trials:,}" if about.trials else ""
    words = ["python", "-m", "rnndemo", "sweep"]
    for option in ("scheduler", "storage", "workers"):
        if getattr(given, option):
            words += [f"--{option}", str(getattr(given, option))]
    name = str(given.out)
    words += ["--out", f"./{name}" if name.startswith("-") else name]
    return f"Stopped after {ended:,}{of} trials. To go on: {shlex.join(words)}"


def _summary(out: Path, known: list[TrialRecord]) -> str:
    counts = Counter(trial.state for trial in known)
    states = ", ".join(f"{count:,} {state}" for state, count in counts.items())
    complete = [trial for trial in known if trial.result and trial.state == "complete"]
    if not complete:
        return f"{out}: {states}"
    chosen_by = METRICS[CHOSEN_BY].value
    best = max(complete, key=lambda trial: (chosen_by(trial) or 0.0, -trial.number))
    assert best.result is not None
    words = " ".join(f"{path}={value}" for path, value in best.params.items())
    return (
        f"{out}: {states}; best by validation: trial {best.number} ({words}), "
        f"{best.result.test_accuracy:.2%} of {best.result.test_size:,} test images"
    )
