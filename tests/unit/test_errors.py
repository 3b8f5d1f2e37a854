from __future__ import annotations

import socket
import urllib.error

import pytest

from rnndemo.errors import reason_of

UNKNOWN = socket.gaierror(-2, "Name or service not known")


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (UNKNOWN, "Name or service not known"),
        (urllib.error.URLError(UNKNOWN), "Name or service not known"),
        (urllib.error.URLError("unknown url type"), "<urlopen error unknown url type>"),
        (TimeoutError("timed out"), "timed out"),
    ],
)
def test_reason_of_an_error_has_words_and_no_number(problem: Exception, reason: str) -> None:
    assert reason_of(problem) == reason
