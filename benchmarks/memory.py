"""python -m benchmarks memory [--minutes 30] [--clients 20] [--quick]: what a server takes.

What lies in memory (RSS, Linux): of a fresh server, after a visitor has drawn, after all pages, and
after 50 more visitors have come and gone. Then clients draw, each of them opening another page from
time to time, and a line through what was taken in the second half says how much it grows an hour.
The first line says what Streamlit and torch alone take, of which the CUDA build of torch has 510 MB
and the CPU build 200.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.clients import Client, digit
from benchmarks.load import CLIENTS, PACE
from benchmarks.timing import own_home, parser_of
from tests.browser import serving

MINUTES, QUICK_MINUTES = 30.0, 0.2
GONE, QUICK_GONE = 50, 3  # visitors that come and go
ELSEWHERE = 10  # after so many drawings a client looks at another page
FIRST, ALL = 500, 800  # MB that are asked for after the first visit, and after all pages
LOOK = 5.0  # seconds


def _resident(status: str) -> float:
    """Return the megabytes that the ``status`` of a process says it has in memory."""
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024 / 1e6


def taken(process: int) -> float:
    """Return the megabytes that a process has in memory."""
    return _resident(Path(f"/proc/{process}/status").read_text())


def bare() -> float:
    """Return the megabytes of a process that only imports Streamlit and torch."""
    code = "import streamlit, torch; print(open('/proc/self/status').read())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return _resident(done.stdout)


async def tour(client: Client) -> None:
    """Open every page."""
    await client.open()
    for path in [*client.paths]:
        await client.open(path)
    await client.open()


async def come_and_go(address: str, count: int) -> None:
    """Let visitors draw once and go."""
    for number in range(count):
        async with Client(address) as client:
            await client.open()
            await client.draw(digit(number))


@asynccontextmanager
async def class_of(address: str, clients: int) -> AsyncIterator[None]:
    """Let clients draw, and look at other pages now and then, until the block ends."""

    async def draw(number: int) -> None:
        async with Client(address) as client:
            await client.open()
            while True:
                for _ in range(ELSEWHERE):
                    number += 1
                    await client.draw(digit(number))
                    await asyncio.sleep(PACE)
                await client.open([*client.paths][number % len(client.paths)])
                await client.open()

    drawing = [asyncio.create_task(draw(ELSEWHERE * number)) for number in range(clients)]
    try:
        yield
        for task in drawing:
            if task.done():
                task.result()  # what ended it
    finally:
        for task in drawing:
            task.cancel()
        await asyncio.gather(*drawing, return_exceptions=True)


async def growth(address: str, process: int, clients: int, minutes: float) -> tuple[float, float]:
    """Return the megabytes at the end, and how many more they become in an hour."""
    async with class_of(address, clients):
        start, found = time.monotonic(), []
        while (passed := time.monotonic() - start) < 60 * minutes:
            found.append((passed / 3600, taken(process)))
            await asyncio.sleep(min(LOOK, 6 * minutes))
    hours, megabytes = np.array(found[len(found) // 2 :]).T
    return float(megabytes[-1]), float(np.polyfit(hours, megabytes, 1)[0])


async def measure(address: str, process: int, chosen: Namespace) -> None:
    """Print a line for each figure."""
    _line("fresh, nobody was there", taken(process))
    async with Client(address) as client:
        await client.open()
        await client.draw(digit(0))
        _line("after a drawing", taken(process), FIRST)
        await tour(client)
        _line("after all pages", taken(process), ALL)
    await come_and_go(address, chosen.gone)
    _line(f"after {chosen.gone} more visitors have gone", taken(process))
    last, slope = await growth(address, process, chosen.clients, chosen.minutes)
    _line(f"after {chosen.minutes:.0f} minutes of {chosen.clients} clients", last)
    print(f"{'growth in the second half of them':<40}{slope:+6.0f} MB an hour")


def _line(name: str, megabytes: float, most: int | None = None) -> None:
    asked = f"   (asked: at most {most})" if most else ""
    print(f"{name:<40}{megabytes:6.0f} MB{asked}", flush=True)


def options(arguments: list[str]) -> Namespace:
    """Return the options of the command line, with their defaults."""
    parser = parser_of("memory")
    parser.add_argument("--clients", type=int, default=CLIENTS, help="visitors that draw")
    parser.add_argument("--minutes", type=float, help=f"for which they do, {MINUTES:.0f}")
    chosen = parser.parse_args(arguments)
    chosen.minutes = chosen.minutes or (QUICK_MINUTES if chosen.quick else MINUTES)
    chosen.gone = QUICK_GONE if chosen.quick else GONE
    return chosen


def main(arguments: list[str]) -> None:
    """Print what is taken at each point, and the growth."""
    chosen = options(arguments)
    _line(f"Streamlit and torch {version('torch')} alone", bare())
    with own_home(), serving("app.py") as (address, process):
        asyncio.run(measure(address, process.pid, chosen))
