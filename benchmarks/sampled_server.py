"""Streamlit's command line, which also finds out where the server's time goes.

Every few milliseconds it looks at what each thread does. A thread that waits counts for nothing;
one that would go on but waits for Python's lock counts, as those behind whom others wait should.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType

from streamlit.web import cli

SAMPLES = "BENCHMARK_SAMPLES"  # names the file, which is written once a second
EVERY = 0.01  # seconds

# Where a thread waits: the innermost functions
WAITING = frozenset((
    "wait", "select", "_wait_for_tstate_lock", "_worker", "accept", "sample", "result", "get",
    "task", "_give_back_for_ever",
))  # fmt: skip

# part of a file's path -> what is done there; the innermost frame that has a part counts
PARTS = {
    "rnndemo/reading/": "networks read",
    "rnndemo/models/store": "models found and loaded",
    "rnndemo/models/": "networks read",
    "rnndemo/data/frames/": "strokes become a picture",
    "rnndemo/plots/": "pictures and texts for the page",
    "rnndemo/storage/": "runs looked up",
    "rnndemo/ui/components/": "data for components",
    "rnndemo/ui/shell/": "head, language, link, session",
    "rnndemo/": "the page's other parts",
    "pages/": "the page's other parts",
    "streamlit/": "Streamlit itself",
}
OTHER = "the rest"


def part_of(frame: FrameType | None) -> str | None:
    """Return what a thread does, None if it waits."""
    if frame is None or frame.f_code.co_name in WAITING:
        return None
    while frame is not None:
        path = frame.f_code.co_filename
        found = next((name for place, name in PARTS.items() if place in path), None)
        if found:
            return found
        frame = frame.f_back
    return OTHER


def sample(file: Path) -> None:
    """Count for ever what threads do; write the counts to `file` once a second."""
    counts: Counter[str] = Counter()
    written = time.monotonic()
    while True:
        time.sleep(EVERY)
        counts.update(part for frame in sys._current_frames().values() if (part := part_of(frame)))
        if time.monotonic() - written > 1:
            beside = file.with_suffix(".new")
            beside.write_text(json.dumps(counts))
            beside.replace(file)
            written = time.monotonic()


if __name__ == "__main__":
    if SAMPLES in os.environ:
        threading.Thread(target=sample, args=(Path(os.environ[SAMPLES]),), daemon=True).start()
    cli.main()
