"""python -m benchmarks fuzz [--number N] [--seed S] [--quick]: damaged files, odd messages.

Content of every kind that the app or the command line reads (`tests.fuzzed`) is changed at random
and given to its reader, in a process of its own with a limit of memory and of time for each. A
reader may accept it or refuse it in a sentence; anything else is an error, and printed.
"""

from __future__ import annotations

import itertools
import json
import random
import resource
import signal
import subprocess
import sys
import time
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from benchmarks.timing import parser_of
from tests.fuzzed import READERS, Reader, content_of, outcome_of

NUMBER, QUICK = 20_000, 400
SECONDS = 20  # in which a reader must answer
MEMORY = 1_000_000_000  # bytes of address space that reading may add
WARM_UP = 5  # readings before it is measured: modules are loaded, caches filled


@dataclass
class Tally:
    """What came of the content of one kind."""

    outcomes: dict[str, int] = field(default_factory=dict)
    slowest: float = 0.0  # seconds of computing
    largest: float = 0.0  # megabytes
    errors: list[str] = field(default_factory=list)

    def add(self, told: dict[str, Any]) -> None:
        """Count one reading."""
        outcome = str(told["outcome"])
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
        self.slowest = max(self.slowest, told["seconds"])
        self.largest = max(self.largest, told["memory"])
        if outcome == "error":
            self.errors.append(f"{told['seed']}: {told['problem']}")


def seed_of(kind: str, number: int, seed: int) -> str:
    """Return the seed of one content, which makes it again."""
    return f"{seed}/{kind}/{number}"


def memory(name: str) -> int:
    """Return "VmRSS", "VmHWM" (the most of it) or "VmSize" of this process, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def forget_peak() -> None:
    """Let "VmHWM" begin anew."""
    Path("/proc/self/clear_refs").write_text("5")


def read_all(kinds: list[str], each: int, first: int, seed: int) -> None:
    """Read content in this process, from number `first` on, and print a line of JSON for each."""
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    for kind in kinds[first // each :]:
        for number in range(WARM_UP):
            read_one(kind, f"warm up {number}")
    signal.signal(signal.SIGALRM, _too_late)
    for number in range(first, each * len(kinds)):
        kind = kinds[number // each]
        print(json.dumps(read_one(kind, seed_of(kind, number % each, seed))), flush=True)


def _too_late(*_: object) -> None:
    raise TimeoutError(f"no answer in {SECONDS} s")


def read_one(kind: str, seed: str) -> dict[str, Any]:
    """Return what comes of one content, and what it took."""
    content = content_of(READERS[kind], random.Random(seed))
    with TemporaryDirectory(prefix="rowbyrow-fuzz-") as folder:
        return {"kind": kind, "seed": seed, **measured(READERS[kind], content, Path(folder))}


def measured(reader: Reader, content: bytes, folder: Path) -> dict[str, Any]:
    """Return the outcome of reading, what the problem was, seconds and megabytes."""
    forget_peak()
    before, start = memory("VmRSS"), time.process_time()
    problem, most = "", resource.getrlimit(resource.RLIMIT_AS)[1]
    signal.alarm(SECONDS)
    try:  # the limit is that of reading alone: making the content may take more
        resource.setrlimit(resource.RLIMIT_AS, (memory("VmSize") + MEMORY, most))
        outcome = outcome_of(reader, content, folder)
    except Exception as raised:
        last = traceback.extract_tb(raised.__traceback__)[-1]
        outcome = "error"
        problem = f"{type(raised).__name__}: {raised} ({Path(last.filename).name}:{last.lineno})"
    signal.alarm(0)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    seconds = time.process_time() - start
    return {
        "outcome": outcome, "problem": problem[:300], "seconds": seconds,
        "memory": max(0, memory("VmHWM") - before) / 1e6,
    }  # fmt: skip


def told(kinds: list[str], each: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield what comes of each content; a process that dies has met an error, and is replaced."""
    done = 0
    while done < each * len(kinds):
        command = [sys.executable, "-m", "benchmarks.fuzz", json.dumps([kinds, each, done, seed])]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for line in child.stdout:
                done += 1
                yield json.loads(line)
        if done < each * len(kinds):
            kind, problem = kinds[done // each], f"the process ended ({child.returncode})"
            yield {
                "kind": kind, "seed": seed_of(kind, done % each, seed), "outcome": "error",
                "problem": problem, "seconds": 0.0, "memory": 0.0,
            }  # fmt: skip
            done += 1


def main(arguments: list[str]) -> None:
    """Print one line a kind, and what was an error."""
    parser = parser_of("fuzz")
    parser.add_argument("--number", type=int, default=NUMBER, help="of files and messages")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", choices=READERS, action="append", help="only this kind")
    options = parser.parse_args(arguments)
    kinds = options.kind or list(READERS)
    each = -(-(QUICK if options.quick else options.number) // len(kinds))
    print(
        f"{'':24}{'read':>6}{'accepted':>10}{'refused':>9}{'errors':>8}{'slowest':>10}{'memory':>9}"
    )
    whole = Tally()
    for kind, every in itertools.groupby(
        told(kinds, each, options.seed), key=lambda one: str(one["kind"])
    ):
        tally = Tally()
        for one in every:
            tally.add(one)
            whole.add(one)
        print_line(kind, tally)
    print_line("in all", whole)
    for error in whole.errors:
        print(f"    {error}")


def print_line(name: str, tally: Tally) -> None:
    """Print one line of the table."""
    counts = [tally.outcomes.get(outcome, 0) for outcome in ("accepted", "refused", "error")]
    print(
        f"{name:24}{sum(counts):>6}{counts[0]:>10}{counts[1]:>9}{counts[2]:>8}"
        f"{tally.slowest:>8.2f} s{tally.largest:>6.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    read_all(*json.loads(sys.argv[1]))
