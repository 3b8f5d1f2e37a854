"""python -m benchmarks load [--clients 20] [--seconds 30] [--quick]: a class draws at one server.

Websocket clients, one a visitor, draw digits on the page Draw: at the pace of people (a drawing
every 1.2 seconds, or when the last is answered), and as fast as the server answers. Both alone and
while two runs train. A time runs from the message with the strokes to the end of the page's run,
which comes after the answer; an answer to other strokes, or none in a minute, is lost. What the
clients do takes processor time too, which the server then lacks.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from argparse import Namespace
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.clients import Client, digit
from benchmarks.sampled_server import SAMPLES
from benchmarks.timing import own_home, parser_of, training
from benchmarks.two_runs import RUNS
from tests.browser import serving

CLIENTS, SECONDS, PACE = 20, 30.0, 1.2
QUICK_CLIENTS, QUICK_SECONDS = 3, 3.0
WARM_UP = 2  # drawings of each client before it counts
PACES = {f"a drawing every {PACE} s": PACE, "as fast as can be": 0.0}
LEAST, MOST = 12, 1.5  # asked for: answers a second, seconds in which 95 % of them come


@dataclass
class Load:
    """What clients have met in some seconds, and what it cost."""

    times: list[float] = field(default_factory=list)  # seconds from strokes to answer
    lost: int = 0
    seconds: float = 0.0
    processor: float = 0.0  # seconds of the server

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds

    @property
    def cost(self) -> float:
        """Processor seconds of the server for an answer."""
        return self.processor / max(1, len(self.times))


def processor_seconds(process: int) -> float:
    """Return the processor time that a process has taken, all its threads together (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


Draw = Callable[[Client, list[dict[str, Any]]], Awaitable[bool]]


async def draw_on(
    draw: Draw, client: Client, number: int, until: float, pace: float, load: Load
) -> None:
    """Let a client draw until a time of `time.monotonic`, a digit every `pace` seconds at most."""
    await asyncio.sleep(pace * number / CLIENTS)  # a class does not draw in step
    while (start := time.monotonic()) < until:
        number += 1
        try:
            answered = await draw(client, digit(number))
        except TimeoutError:
            answered = False
        taken = time.monotonic() - start
        if answered:
            load.times.append(taken)
        else:
            load.lost += 1
        await asyncio.sleep(max(0.0, pace - taken))


async def measure(
    address: str,
    process: int,
    clients: int,
    seconds: float,
    paces: Sequence[float],
    draw: Draw = Client.draw,
) -> list[Load]:
    """Let clients `draw` for some seconds at each pace; return what they met."""
    loads = []
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(Client(address)) for _ in range(clients)]
        for number, visitor in enumerate(visitors):
            await visitor.open()
            for drawing in range(WARM_UP):
                await draw(visitor, digit(number + drawing))
        for pace in paces:
            load, start, before = Load(), time.monotonic(), processor_seconds(process)
            drawing = (
                draw_on(draw, visitor, 7 * number, start + seconds, pace, load)
                for number, visitor in enumerate(visitors)
            )
            await asyncio.gather(*drawing)
            load.seconds = time.monotonic() - start
            load.processor = processor_seconds(process) - before
            loads.append(load)
    return loads


def report(name: str, load: Load) -> None:
    """Print one line."""
    middle, late = np.percentile(load.times or [np.nan], [50, 95])
    print(
        f"{name:<38}{load.rate:5.1f} answers/s   median {middle:5.2f} s   95 % {late:5.2f} s   "
        f"lost {load.lost}   server {1000 * load.cost:3.0f} ms of a core an answer, it got "
        f"{load.processor / load.seconds:.2f} cores",
        flush=True,
    )


def shares(file: Path) -> None:
    """Print where the server's time went."""
    counts: dict[str, int] = json.loads(file.read_text())
    total = sum(counts.values()) or 1
    print("share of the server's time by part:")
    for part, count in sorted(counts.items(), key=lambda item: -item[1]):
        print(f"  {part:<36}{count / total:6.1%}")


def against_echo(cost: float, clients: int, seconds: float) -> None:
    """Print what an answer of a page costs that only echoes the canvas."""
    with serving("benchmarks/echo_app.py") as (address, process):
        (load,) = asyncio.run(measure(address, process.pid, clients, seconds, [0.0], Client.echo))
    report("a page that only echoes", load)
    print(f"an answer costs {cost / load.cost:.1f} times what an echo does")


def options(arguments: list[str]) -> Namespace:
    """Return the options of the command line."""
    parser = parser_of("load")
    parser.add_argument("--clients", type=int, help=f"visitors that draw, {CLIENTS} by default")
    parser.add_argument("--seconds", type=float, help=f"of each measurement, {SECONDS:.0f}")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> None:
    """Print a line for each pace, alone and with two trainings, and where the time went."""
    chosen = options(arguments)
    clients = chosen.clients or (QUICK_CLIENTS if chosen.quick else CLIENTS)
    seconds = chosen.seconds or (QUICK_SECONDS if chosen.quick else SECONDS)
    print(f"{clients} clients   (asked: {LEAST} answers/s, 95 % in {MOST} s, none lost)")
    with TemporaryDirectory() as folder, own_home() as visitor:
        samples = Path(folder) / "samples.json"
        server = serving("app.py", module="benchmarks.sampled_server", **{SAMPLES: str(samples)})
        with server as (address, process):
            for beside, runs in {"alone": [], "two runs train": RUNS}.items():
                with training(visitor, runs):
                    loads = asyncio.run(
                        measure(address, process.pid, clients, seconds, [*PACES.values()])
                    )
                for name, load in zip(PACES, loads, strict=True):
                    report(f"{beside}, {name}", load)
            shares(samples)
    against_echo(load.cost, clients, seconds)
