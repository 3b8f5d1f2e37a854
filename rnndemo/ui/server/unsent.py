"""A mend of Streamlit: what one run of a page has drawn is sent even if a fragment redraws itself.

If a fragment reruns before the browser was sent the run before, Streamlit drops what that run drew
in the fragment, the fragment's own frame included, and sends the rest. The browser then has no
place for that ("Bad delta path index", "'setIn' cannot be called on an ElementNode") and the page
stays broken. It happens on a busy machine, where sending lags behind. Seen with Streamlit 1.67.
"""

from __future__ import annotations

from functools import wraps

from streamlit.runtime.forward_msg_queue import ForwardMsgQueue


def keep_unsent() -> None:
    """Let Streamlit keep all messages of the run before a fragment's; further calls do nothing."""
    clear = ForwardMsgQueue.clear
    if hasattr(clear, "__wrapped__"):
        return

    @wraps(clear)
    def clear_without_loss(
        queue: ForwardMsgQueue, retain_lifecycle_msgs: bool = False,
        fragment_ids_this_run: list[str] | None = None,
    ) -> None:  # fmt: skip
        clear(queue, retain_lifecycle_msgs, None if fragment_ids_this_run is None else [])

    ForwardMsgQueue.clear = clear_without_loss  # type: ignore[method-assign, assignment]
