"""python -m benchmarks uploads [--quick]: what the worst file or message of each kind takes.

Each is read in a process of its own (`benchmarks.fuzz`), which has read a small one before. Memory
is the most that is resident while it is read, beyond what was before; time is that of computing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.fuzz import WARM_UP, measured, read_one
from benchmarks.timing import options_of
from tests.fuzzed import READERS
from tests.worst import WORST

QUICK = ("PNG, RGBA", "JPEG, progressive CMYK", "message of a board, most points")


def taken(name: str) -> dict[str, Any]:
    """Return what one of `WORST` takes, measured in a process of its own."""
    with TemporaryDirectory(prefix="rowbyrow-uploads-") as folder:
        file = Path(folder) / "content"
        file.write_bytes(WORST[name][1]())
        command = [sys.executable, "-m", "benchmarks.uploads", WORST[name][0], str(file)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found | {"bytes": file.stat().st_size}


def main(arguments: list[str]) -> None:
    """Print one line a kind."""
    names = QUICK if options_of("uploads", arguments).quick else WORST
    print(f"{'':34}{'size':>10}{'memory':>9}{'time':>9}")
    for name in names:
        one = taken(name)
        print(
            f"{name:34}{one['bytes'] / 1000:>7.0f} kB{one['memory']:>6.0f} MB"
            f"{one['seconds']:>7.2f} s  {one['outcome']} {one['problem']}",
            flush=True,
        )


def _read(kind: str, file: str) -> None:
    for number in range(WARM_UP):
        read_one(kind, f"warm up {number}")
    content = Path(file).read_bytes()
    with TemporaryDirectory(prefix="rowbyrow-uploads-") as folder:
        print(json.dumps(measured(READERS[kind], content, Path(folder))))


if __name__ == "__main__":
    _read(*sys.argv[1:])
