"""The process that measures a model with 8-bit weights, which a visitor requested.

``python -m rnndemo.export.int8_worker FOLDER QUEUE LOCK TICKET``, whose arguments
`rnndemo.jobs.requested.work_on` takes. onnxruntime is imported here, not in the server.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rnndemo.hardening.measuring import measure_requested


def _measure(folder: Path) -> None:
    from rnndemo.export.int8_measured import measure_numbers

    measure_numbers(folder)


if __name__ == "__main__":
    sys.exit(measure_requested(sys.argv[1:], _measure))
