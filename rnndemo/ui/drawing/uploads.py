"""How much memory uploads may take: Streamlit keeps every file until its session ends.

A session keeps its newest files: what is dropped has been read long ago, since every page reads a
file as soon as it is there. If all sessions together have too much, a new file is refused.
"""

from __future__ import annotations

from functools import wraps

from starlette.exceptions import HTTPException
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

MAX_SESSION, MAX_ALL = 80_000_000, 256_000_000  # bytes that are kept
FULL = 503  # the HTTP status of a file that there is no room for


def bound_uploads() -> None:
    """Bound the uploads that Streamlit keeps; further calls do nothing."""
    add = MemoryUploadedFileManager.add_file
    if hasattr(add, "__wrapped__"):
        return

    @wraps(add)
    def add_within_bounds(
        manager: MemoryUploadedFileManager, session_id: str, file: UploadedFileRec
    ) -> None:
        _make_room(manager, session_id, len(file.data))
        add(manager, session_id, file)

    MemoryUploadedFileManager.add_file = add_within_bounds  # type: ignore[method-assign, assignment]


def _make_room(manager: MemoryUploadedFileManager, session_id: str, more: int) -> None:
    """Drop a session's oldest files; raise an HTTPException if that makes no room."""
    kept = list(manager.file_storage.get(session_id, {}).values())  # the oldest first
    while kept and sum(len(one.data) for one in kept) + more > MAX_SESSION:
        manager.remove_file(session_id, kept.pop(0).file_id)
    held = sum(
        len(one.data) for files in [*manager.file_storage.values()] for one in [*files.values()]
    )
    if held + more > MAX_ALL:
        raise HTTPException(FULL, "The server has no room for more files at the moment.")


def forget(file_id: str) -> None:
    """Drop a file of this session that has been read."""
    context = get_script_run_ctx()
    kept = None if context is None else context.uploaded_file_mgr
    if context is not None and isinstance(kept, MemoryUploadedFileManager):
        kept.remove_file(context.session_id, file_id)
