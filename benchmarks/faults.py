"""python -m benchmarks faults [WORD]: what happens to machines, and to people's things then.

Each fault is made to happen by tests of the suite. They are run here one fault after the other, and
for each is said whether nothing was lost and the right sentence stood there. With WORD, only faults
that have it in their name.
"""

from __future__ import annotations

import subprocess
import sys
import time

from tests.browser import ROOT

# fault -> tests that make it happen
FAULTS: dict[str, tuple[str, ...]] = {
    "disk full at any write of a training": ("tests/unit/training/test_full_disk.py",),
    "disk full while a run, a set or a study is made": (
        "tests/unit/training/test_runs_stored.py::test_full_disk_is_reported_and_starts_nothing",
        "tests/unit/training/test_runs_stored.py::test_full_disk_damages_no_run_that_is_there",
        "tests/unit/data/own/test_shelf.py",
    ),
    "no descriptors left": (
        "tests/reliability/test_server.py",
        "tests/unit/jobs/test_server_log.py",
    ),
    "data folder deleted while the server runs": ("tests/e2e/test_data_folder.py",),
    "run deleted while it trains": ("tests/reliability/test_workers.py",),
    "worker killed at any moment, also while it writes": ("tests/reliability/test_kills.py",),
    "study's worker or coordinator killed": ("tests/reliability/test_sweep_kills.py",),
    "server killed, and who starts the next of the queue": (
        "tests/reliability/test_turns.py",
        "tests/unit/jobs/test_waiting.py",
    ),
    "Dask scheduler lost": (
        "tests/reliability/test_cluster_runs.py::"
        "test_cluster_that_is_lost_leaves_a_run_that_goes_on_here",
        "tests/reliability/test_executors.py::"
        "test_cluster_that_is_lost_stops_a_study_that_goes_on_elsewhere",
    ),
    "clock set back": (
        "tests/unit/jobs/test_cluster.py",
        "tests/unit/storage/test_visitors.py",
        "tests/unit/visitors/test_sweep.py",
    ),
    "journal of a study tampered with": ("tests/unit/sweeps/test_journal.py",),
    "files of a run, a study or a set damaged": ("tests/app/test_damaged.py",),
    "messages that no browser would send": ("tests/server",),
}


def main(arguments: list[str]) -> None:
    """Print a line for each fault."""
    word = arguments[0] if arguments else ""
    chosen = {fault: tests for fault, tests in FAULTS.items() if word in fault}
    borne = 0
    for fault, tests in chosen.items():
        began = time.monotonic()
        command = [sys.executable, "-m", "pytest", "-q", "--no-header", *tests]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        summary = ended.stdout.strip().splitlines()[-1].partition(" in ")[0]
        borne += not ended.returncode
        print(f"{fault:55} {summary:30} {time.monotonic() - began:5.0f} s", flush=True)
    print(f"{borne} of {len(chosen)} faults are borne: nothing is lost, and a sentence says why")
