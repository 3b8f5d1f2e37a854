"""python -m benchmarks NAME [ARGUMENT …]: run one measurement of the table below, or "all"."""

from __future__ import annotations

import sys
from importlib import import_module

# name -> module with main(arguments)
BENCHMARKS: dict[str, str] = {
    "readers": "benchmarks.readers",
    "stroke": "benchmarks.stroke",
    "trace": "benchmarks.trace",
}


def main() -> int:
    """Run the benchmark that the command line names; list them where it names none."""
    name, *arguments = sys.argv[1:] or [""]
    if name not in BENCHMARKS and name != "all":
        print(f"usage: python -m benchmarks {{{','.join(BENCHMARKS)},all}}", file=sys.stderr)
        return 2
    for chosen in BENCHMARKS if name == "all" else [name]:
        print(f"--- {chosen}")
        import_module(BENCHMARKS[chosen]).main(arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
