"""Work that takes longer than a page should: it goes on beside it, and outlasts a reload.

Every page that asks for the same work sees the same bar. It can be stopped, and begun anew.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Any, Generic, TypeVar

import streamlit as st

from rnndemo.hardening.scores import Progress
from rnndemo.ui.robustness.waiting import Abandoned
from rnndemo.ui.shell.session import _, errors_to, warn

T = TypeVar("T")

LOOK_AGAIN = 0.5  # seconds


class WorkBeside(Generic[T]):
    """Work in a thread of its own, from its first moment on.

    Parameters
    ----------
    work : callable
        Gets what it tells how much is done, of how much.
    """

    def __init__(self, work: Callable[[Progress], T]) -> None:
        self.share = 0.0
        self.stopped = False
        self.future: Future[T] = _pool().submit(work, self._tell)

    def _tell(self, done: int, total: int) -> None:
        if self.stopped:
            raise Abandoned
        self.share = min(1.0, done / total)

    def stop(self) -> None:
        """Let it end as soon as it tells next how far it is."""
        self.stopped = True
        self.future.cancel()  # if it has not begun

    @property
    def waits(self) -> bool:
        """Whether a result may still come."""
        return not (self.stopped or self.future.done())


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "beside")


def draw_beside(
    work: WorkBeside[T], text: str, key: str, again: Callable[[], Any], draw: Callable[[T], None]
) -> None:
    """Draw what `work` has found, or how far it is; both in a fragment.

    Parameters
    ----------
    text : str
        Above the bar, translated.
    key : str
        Of the container; the buttons have it with "_stop" and "_again".
    again : callable
        Forgets the work, so that it begins anew.
    draw : callable
        Draws the result.
    """
    waiting = work.waits

    def section() -> None:
        with st.container(key=key):
            if waiting and not work.waits:
                st.rerun()  # the result is there, and nothing more to wait for
            elif waiting:
                st.progress(work.share, text)
                st.button(_("Stop"), icon=":material/stop:", key=f"{key}_stop", on_click=work.stop)
            elif work.stopped:
                st.markdown(_("This was stopped before it ended."))
                if st.button(_("Begin again"), icon=":material/replay:", key=f"{key}_again"):
                    again()
                    st.rerun()
            else:
                with errors_to(warn):
                    draw(_result(work, again))

    st.fragment(section, run_every=LOOK_AGAIN if waiting else None)()


def _result(work: WorkBeside[T], again: Callable[[], Any]) -> T:
    """Return what was found; what went wrong is tried again when the page is next run."""
    try:
        return work.future.result()
    except Exception:
        again()
        raise
