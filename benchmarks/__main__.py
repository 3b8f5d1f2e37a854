"""python -m benchmarks NAME [ARGUMENT …]: run one benchmark or group of those below, or "all"."""

from __future__ import annotations

import signal
import sys
from importlib import import_module

# name -> module with main(arguments)
BENCHMARKS: dict[str, str] = {
    "readers": "benchmarks.readers",
    "out_of_place": "benchmarks.out_of_place",
    "pictures": "benchmarks.pictures",
    "gestures": "benchmarks.gestures",
    "scenes": "benchmarks.scenes",
    "corruptions": "benchmarks.corruptions",
    "attacks": "benchmarks.attacks",
    "defences": "benchmarks.defences",
    "attacked_peers": "benchmarks.attacked_peers",
    "attacked_pruned": "benchmarks.attacked_pruned",
    "reaction": "benchmarks.reaction",
    "stroke": "benchmarks.stroke",
    "live": "benchmarks.live",
    "scene_sweeps": "benchmarks.scene_sweeps",
    "trace": "benchmarks.trace",
    "click": "benchmarks.click",
    "scenes_live": "benchmarks.scenes_live",
    "engine": "benchmarks.engine",
    "busy": "benchmarks.busy",
    "two_runs": "benchmarks.two_runs",
    "load": "benchmarks.load",
    "memory": "benchmarks.memory",
    "queue": "benchmarks.queue",
    "demand": "benchmarks.demand",
    "kills": "benchmarks.kills",
    "faults": "benchmarks.faults",
    "flops": "benchmarks.flops",
    "pruning": "benchmarks.pruning",
    "sweeps": "benchmarks.sweeps",
    "compare": "benchmarks.compare",
    "palette": "benchmarks.palette",
    "fuzz": "benchmarks.fuzz",
    "uploads": "benchmarks.uploads",
}

# name -> benchmarks that are run one after the other
GROUPS: dict[str, tuple[str, ...]] = {
    "robustness": (
        "attacks",
        "attacked_peers",
        "attacked_pruned",
        "defences",
        "corruptions",
        "out_of_place",
    ),
    "all": tuple(BENCHMARKS),
}


def main() -> int:
    """Run what the command line names, or list all that can be named."""
    name, *arguments = sys.argv[1:] or [""]
    if name not in BENCHMARKS and name not in GROUPS:
        print(
            f"usage: python -m benchmarks {{{','.join((*BENCHMARKS, *GROUPS))}}}", file=sys.stderr
        )
        return 2
    # an exception ends the processes of a benchmark; the signal alone would leave them running
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    for chosen in GROUPS.get(name, (name,)):
        print(f"--- {chosen}", flush=True)
        import_module(BENCHMARKS[chosen]).main(arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
