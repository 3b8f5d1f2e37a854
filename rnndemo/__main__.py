"""Run the command line: ``python -m rnndemo``."""

from rnndemo.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
