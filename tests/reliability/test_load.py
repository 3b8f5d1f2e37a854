"""What an answer costs the server, and what it takes in memory: against bare pages and imports.

`python -m benchmarks load` and `memory` measure the same with a whole class.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.clients import Client, digit
from benchmarks.load import Draw, measure, processor_seconds
from benchmarks.memory import bare, come_and_go, taken, tour
from rnndemo.storage.folders import HOME
from tests.browser import serving
from tests.loops import run

DRAWINGS = 20
MOST_ECHOES = 14  # an answer costs so many times what a page takes that only echoes the canvas
FIRST, ALL = 140, 440  # MB over the imports of Streamlit and torch
GONE, LEFT = 8, 50  # visitors who come and go, and the MB that they may leave

PLAIN = "STREAMLIT_RUNNER_POST_SCRIPT_GC"  # off: whatever the app's settings, an echo is an echo

Server = tuple[str, int]  # address and process


async def cost(address: str, process: int, draw: Draw) -> float:
    """Return the processor seconds of an answer when one visitor draws."""
    async with Client(address) as client:
        await client.open()
        for number in range(3):
            assert await draw(client, digit(number))
        before = processor_seconds(process)
        for number in range(DRAWINGS):
            assert await draw(client, digit(number))
        assert not client.problems
        return (processor_seconds(process) - before) / DRAWINGS


async def memory(address: str, process: int) -> tuple[float, float]:
    """Return the megabytes after a drawing, and after all pages."""
    async with Client(address) as client:
        await client.open()
        assert await client.draw(digit(3))
        assert client.texts["prediction_label"] != "?"
        first = taken(process)
        await tour(client)
        assert not client.problems
        return first, taken(process)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app in a process of its own, with an empty data folder."""
    with serving("app.py", **{HOME: str(tmp_path_factory.mktemp("home"))}) as (address, process):
        yield address, process.pid


def test_a_server_stays_small(server: Server) -> None:
    first, after_all = run(memory(*server))
    run(come_and_go(server[0], GONE))
    left, imports = taken(server[1]) - after_all, bare()
    assert left < LEFT
    assert first - imports < FIRST
    assert after_all - imports < ALL


def test_every_visitor_gets_the_answer_to_their_own_strokes(server: Server) -> None:
    (load,) = run(measure(*server, clients=6, seconds=2.0, paces=[0.0]))
    assert load.lost == 0
    assert len(load.times) >= 6


def test_an_answer_costs_little(server: Server) -> None:
    answer = run(cost(*server, Client.draw))
    with serving("benchmarks/echo_app.py", **{PLAIN: "false"}) as (address, process):
        echo = run(cost(address, process.pid, Client.echo))
    assert answer < MOST_ECHOES * echo
