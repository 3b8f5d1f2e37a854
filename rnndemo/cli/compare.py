"""The command ``python -m rnndemo compare``."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rnndemo.comparison import run
from rnndemo.comparison.peers import PEERS
from rnndemo.comparison.results import COMPARISON, Comparison, Measured, load
from rnndemo.comparison.summary import spoken
from rnndemo.data.sources import downloads
from rnndemo.errors import InputError
from rnndemo.jobs.interrupt import pressed_keys


def compare(given: argparse.Namespace) -> dict[str, Any]:
    """Start or resume a comparison; return what ``--json`` prints.

    Raises
    ------
    InputError
        If something that was given cannot be used.
    KeyboardInterrupt
        After Ctrl-C, with a sentence: the command that resumes it.
    """
    names = [name.strip() for name in given.peers.split(",")] if given.peers else list(PEERS)
    _check_folder(given.out)
    if given.data in downloads.SOURCES:
        downloads.download(given.data)
    command = run.command_of(given.data, names, given.epochs, given.seeds, str(given.out))
    about = run.prepare(given.data, given.epochs, given.seeds, command)
    with pressed_keys() as pressed:
        found = run.compare(given.out, about, names, _show, pressed, _begin)
        if pressed():
            raise KeyboardInterrupt(f"Stopped after {len(found.rows)} peers. To go on: {command}")
    summary = spoken(found)
    if not given.json:
        print(_table(found))
        print("\n" + summary)
    return {
        "out": str(given.out),
        "about": asdict(found.about),
        "peers": [asdict(row) for row in found.rows],
        "summary": summary,
    }


def _table(comparison: Comparison) -> str:
    """Return the peers as a table for a terminal."""
    lines = [
        f"{'method':<22}{'accuracy':>9}{'95 % interval':>18}{'parameters':>12}{'MFLOP':>8}"
        f"{'trained':>10}{'a drawing':>11}{'size':>10}"
    ]
    lines += [
        f"{row.title:<22}{row.accuracy:>9.2%}{row.low:>9.2%} –{row.high:>7.2%}"
        f"{row.parameters:>12,}{row.flops / 1e6:>8.2f}{row.train_seconds:>8,.0f} s"
        f"{1000 * row.latency:>8.2f} ms{row.bytes / 1e6:>7.2f} MB"
        for row in comparison.rows
    ]
    return "\n".join(lines)


def _check_folder(folder: Path) -> None:
    """Check that `folder` holds nothing but a comparison."""
    ours = (folder / run.LOCK).exists() or (folder / COMPARISON).exists()
    if folder.is_dir() and any(folder.iterdir()) and not ours:
        raise InputError(
            "{folder} already contains other files; name a new folder for the comparison.",
            folder=str(folder),
        )
    if (folder / COMPARISON).exists():
        load(folder)  # raises if it is damaged, before anything is trained


def _begin(name: str, seed: int) -> None:
    print(f"{PEERS[name].title}, seed {seed} …", file=sys.stderr, flush=True)


def _show(row: Measured) -> None:
    print(
        f"{row.title}: {row.accuracy:.2%} ({row.low:.2%} to {row.high:.2%}), "
        f"{row.train_seconds:.1f} s",
        file=sys.stderr, flush=True,
    )  # fmt: skip
