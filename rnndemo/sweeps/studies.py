"""A visitor's studies: ask, list, find, delete and undelete.

As with runs (`rnndemo.training.runs`), every visitor has a folder, whoever knows a study's name may
look at it, and only its visitor may steer or delete it. Names are random, and checked before they
become paths.
"""

from __future__ import annotations

import secrets
import shutil
import time

from rnndemo.data.own_data import offered
from rnndemo.errors import InputError
from rnndemo.files import (
    folder_named,
    in_words,
    is_aside,
    locked,
    put_aside,
    visitor_folder,
    write_json,
)
from rnndemo.registry import DATA_SETS
from rnndemo.sweeps import study
from rnndemo.sweeps.dimensions import Fixed
from rnndemo.sweeps.kept import MOST_ASKED, NOT_WRITTEN, Study, check_trials, studies_in
from rnndemo.sweeps.records import ABOUT as SWEEP
from rnndemo.sweeps.records import Records, write_about
from rnndemo.sweeps.server import database
from rnndemo.sweeps.space import SearchSpace
from rnndemo.training.run import ABOUT, MOST_NAME
from rnndemo.training.state import ASKING

MOST_STUDIES = 50  # of one visitor


class Studies:
    """One browser's studies.

    Parameters
    ----------
    owner : str
        The name of the visitor's folder, from `rnndemo.training.runs.owner_of`.

    Raises
    ------
    ValueError
        If it is no such name.
    """

    def __init__(self, owner: str) -> None:
        self.folder = visitor_folder("studies", owner)
        self.trash = visitor_folder("trash/studies", owner)

    def start(self, space: SearchSpace, title: str = "", question: str = "") -> Study:
        """Ask a question.

        Parameters
        ----------
        space : SearchSpace
        title : str
        question : str, default ""
            Its name, where it is a ready one.

        Raises
        ------
        InputError
            If it cannot be asked here, or too many studies run or are kept.
        """
        check_offered(space)
        if len(self.studies()) >= MOST_STUDIES:
            raise InputError(
                "You have {most} studies, and that is as many as are kept; delete some first.",
                most=MOST_STUDIES,
            )
        found = Study(self.folder / secrets.token_hex(10), own=True)
        about = study.prepare(found.folder, space, space.trials or MOST_ASKED)
        check_trials(about.trials)
        try:
            with in_words(NOT_WRITTEN):
                self.folder.mkdir(parents=True, exist_ok=True)
                with locked(self.folder / ASKING):
                    found.check_alone()
                found.folder.mkdir()
                told = {"title": title[:MOST_NAME], "question": question, "made": time.time()}
                write_json(found.folder / ABOUT, told)
                Records(found.folder, about, database(), writes=True).close()
                write_about(found.folder, about)  # last: now it is a study
            found.go_on()
        except InputError:
            shutil.rmtree(found.folder, ignore_errors=True)
            raise
        return found

    def studies(self) -> list[Study]:
        """Return the studies, the newest first."""
        found = [Study(path, own=True) for path in studies_in(self.folder)]
        return sorted(found, key=lambda one: one.about["made"], reverse=True)

    def delete(self, name: str) -> None:
        """Put a study into the trash, where `undelete` finds it for a day; end its process."""
        found = self.find(name)
        found.kill()
        with in_words(NOT_WRITTEN):
            put_aside(found.folder, self.trash)

    def undelete(self, name: str) -> Study:
        """Bring a deleted study back.

        Raises
        ------
        InputError
            If it is not in the trash any more.
        """
        if not is_aside(name, self.trash):
            raise InputError("This study cannot be brought back: it was deleted too long ago.")
        with in_words(NOT_WRITTEN):
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.trash / name).rename(self.folder / name)
        return Study(self.folder / name, own=True)

    def find(self, name: str) -> Study:
        """Return the study of that name: this visitor's, or another's to look at.

        Raises
        ------
        InputError
            If there is none.
        """
        if found := folder_named(self.folder, name, SWEEP):
            return Study(found, own=found.parent == self.folder)
        raise InputError(
            "There is no study {name!r} here; it was deleted, or the link is not whole.",
            name=name[:40],
        )


def check_offered(space: SearchSpace) -> None:
    """See that a page may train on all data that `space` names, an `InputError` otherwise."""
    named = [space.base.data.name]
    for path, one in space.dimensions:
        if path == "data.name":
            named += [one.value] if isinstance(one, Fixed) else map(str, space.values(path))
    for name in named:
        if not offered(str(name)):
            raise InputError(
                "There is no data set named {name!r}; there are {known}.",
                name=str(name)[:40], known=", ".join(DATA_SETS),
            )  # fmt: skip
