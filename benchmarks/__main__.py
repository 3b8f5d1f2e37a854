"""python -m benchmarks NAME: run one measurement of the table below."""

from __future__ import annotations

import sys
from importlib import import_module

# name -> module with main()
BENCHMARKS: dict[str, str] = {
    "stroke": "benchmarks.stroke",
    "trace": "benchmarks.trace",
}


def main() -> int:
    """Run the benchmark that the command line names; list them where it names none."""
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name not in BENCHMARKS:
        print(f"usage: python -m benchmarks {{{','.join(BENCHMARKS)}}}", file=sys.stderr)
        return 2
    import_module(BENCHMARKS[name]).main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
