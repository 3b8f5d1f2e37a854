"""Runs as pages see them: start, find, list, delete and undelete.

Every browser's visitor has a folder of runs. Whoever knows a run's name may look at it, since the
name is a long random one; only its visitor may steer, change or delete it. Names are checked before
they become paths.
"""

from __future__ import annotations

import secrets
import shutil
import time
from hashlib import sha256

from rnndemo.config import RunConfig
from rnndemo.data.own_data import offered
from rnndemo.errors import InputError
from rnndemo.files import folder_named, in_words, is_aside, put_aside, visitor_folder, write_json
from rnndemo.registry import DATA_SETS
from rnndemo.training.batches import room_in_batch
from rnndemo.training.run import ABOUT, CONFIG, MOST_NAME, NOT_WRITTEN, Run, runs_in
from rnndemo.training.run_folder import make_run

MOST_RUNS = 200  # of one visitor


class Visitor:
    """One browser's runs.

    Parameters
    ----------
    owner : str
        The name of the visitor's folder, from `owner_of`.

    Raises
    ------
    ValueError
        If it is no such name.
    """

    def __init__(self, owner: str) -> None:
        self.folder, self.trash = visitor_folder("runs", owner), visitor_folder("trash", owner)

    def start(self, config: RunConfig, title: str = "", paused: bool = False) -> Run:
        """Start a run, or with `paused` hold it before its first step.

        Raises
        ------
        InputError
            If the configuration cannot be used here, or too many runs are active or kept.
        """
        if not offered(config.data.name):
            raise InputError(
                "There is no data set named {name!r}; there are {known}.",
                name=config.data.name, known=", ".join(DATA_SETS),
            )  # fmt: skip
        room_in_batch(config)
        if len(self.runs()) >= MOST_RUNS:
            raise InputError(
                "You have {most} runs, and that is as many as are kept; delete some first.",
                most=MOST_RUNS,
            )
        run = Run(self.folder / secrets.token_hex(10), own=True)
        try:
            about = {"title": title.strip()[:MOST_NAME], "notes": "", "made": time.time()}
            with in_words(NOT_WRITTEN):
                make_run(run.folder, config)
                write_json(run.folder / ABOUT, about)
            run.ask("hold" if paused else "go")
        except InputError:
            shutil.rmtree(run.folder, ignore_errors=True)
            raise
        return run

    def runs(self) -> list[Run]:
        """Return the runs, the newest first."""
        return sorted(runs_in(self.folder), key=lambda run: run.about["made"], reverse=True)

    def delete(self, name: str) -> None:
        """Put a run into the trash, where `undelete` finds it for a day; end its worker."""
        run = self.find(name)
        run.kill()
        with in_words(NOT_WRITTEN):
            put_aside(run.folder, self.trash)

    def undelete(self, name: str) -> Run:
        """Bring a deleted run back.

        Raises
        ------
        InputError
            If it is not in the trash any more.
        """
        if not is_aside(name, self.trash):
            raise InputError("This run cannot be brought back: it was deleted too long ago.")
        with in_words(NOT_WRITTEN):
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.trash / name).rename(self.folder / name)
        return Run(self.folder / name, own=True)

    def find(self, name: str) -> Run:
        """Return the run of that name: this visitor's, or another's to look at.

        Raises
        ------
        InputError
            If there is none.
        """
        if found := folder_named(self.folder, name, CONFIG):
            return Run(found, own=found.parent == self.folder)
        raise InputError(
            "There is no run {name!r} here; it was deleted, or the link is not whole.",
            name=name[:40],
        )


def owner_of(token: str) -> str:
    """Return the name of a visitor's folder; who can list folders does not learn the token."""
    return sha256(token.encode()).hexdigest()[:20]
