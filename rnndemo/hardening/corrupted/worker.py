"""The process of a measurement of models on corrupted pictures that a visitor requested.

``python -m rnndemo.hardening.corrupted.worker FOLDER QUEUE LOCK TICKET``, whose arguments
`rnndemo.jobs.requested.work_on` takes. It is started when it is its turn, like a training.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rnndemo.hardening.measuring import measure_requested


def _measure(folder: Path) -> None:
    from rnndemo.hardening.corrupted.measured import measure_corruptions

    measure_corruptions(folder)


if __name__ == "__main__":
    sys.exit(measure_requested(sys.argv[1:], _measure))
