"""The server's log stays small, whatever repeats."""

from __future__ import annotations

import logging

import pytest

from rnndemo.jobs.server_log import SECONDS, SOME, Repeats, bound_log


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def said(request: pytest.FixtureRequest) -> tuple[logging.Logger, list[str], Clock]:
    logger, lines, clock = logging.getLogger(request.node.name), [], Clock()
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger.addHandler(handler)
    logger.addFilter(Repeats(clock))
    logger.propagate = False
    return logger, lines, clock


def test_what_repeats_is_written_a_few_times_then_counted(
    said: tuple[logging.Logger, list[str], Clock],
) -> None:
    logger, lines, clock = said
    for number in range(10_000):
        logger.error("socket.accept() out of system resource: %d", number)
    assert len(lines) == SOME
    clock.now = SECONDS
    logger.error("socket.accept() out of system resource: %d", 7)
    assert lines[SOME:] == [
        f"socket.accept() out of system resource: 7 ({10_000 - SOME} more like this were left out)"
    ]


def test_other_messages_are_written(said: tuple[logging.Logger, list[str], Clock]) -> None:
    logger, lines, _ = said
    for number in range(30):
        logger.error("%d things of quite another kind each" % number)  # noqa: UP031
        logger.warning("another")
    assert len(lines) == 30 + SOME


def test_the_loggers_of_the_server_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnndemo.jobs.server_log.LOGGERS", ("one of this test",))
    handler = logging.Handler()
    logging.getLogger("one of this test").addHandler(handler)
    bound_log()
    assert [type(one) for one in handler.filters] == [Repeats]
