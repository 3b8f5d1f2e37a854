"""Put a Chromium in place for the browser tests: `python -m tests.ensure_chromium`.

Looks for one on the machine first; else takes Debian's package where that is possible, else the
build that Playwright downloads.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

# What lets it start in a container, and keeps it from calling home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PLAYWRIGHT_SECONDS = 600


def find_chromium() -> str | None:
    """Return the path of a Chromium: ``$CHROMIUM``, one on the PATH, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    return on_path or _playwrights()


def _playwrights() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def _run(*command: str, timeout: float | None = None) -> bool:
    print("+", *command, flush=True)
    try:
        return subprocess.run(command, timeout=timeout, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return False


def _from_debian() -> bool:
    """Install Debian's package: as root, or in CI with a sudo that asks no password."""
    if not shutil.which("apt-get"):
        return False
    rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if rights and not (os.environ.get("CI") and shutil.which("sudo")):
        return False
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    _run(*rights, "apt-get", "update", "-q")
    options = ["-q", "-y", "--no-install-recommends"]
    return _run(*rights, "apt-get", "install", *options, "chromium")


def _from_playwright() -> bool:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return _run(*command, timeout=PLAYWRIGHT_SECONDS)


def main() -> int:
    """Find or install; return the exit status."""
    path = find_chromium()
    if not path:
        print("The browser tests need Chromium and none was found: installing one.", flush=True)
        for install in (_from_debian, _from_playwright):
            if install() and (path := find_chromium()):
                break
    if not path:
        print(
            "No Chromium could be installed; install it by hand (Debian: apt install chromium) "
            "or name one: CHROMIUM=/path/to/chromium make test",
            file=sys.stderr,
        )
        return 1
    print(f"Browser tests use {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
