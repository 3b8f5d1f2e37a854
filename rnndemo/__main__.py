"""Run the command line: ``python -m rnndemo``."""

from rnndemo.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
