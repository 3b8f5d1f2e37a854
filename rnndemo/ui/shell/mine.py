"""What a visitor has on this server, at the foot of every page, and how all of it is deleted."""

from __future__ import annotations

import streamlit as st

from rnndemo.errors import N_
from rnndemo.storage.limits import KEEP_DAYS, VISITOR_MB, limit
from rnndemo.storage.visitors import MB
from rnndemo.ui.shell.session import LANGUAGE, _, errors_to, note, paragraph
from rnndemo.ui.shell.visitor import visitor
from rnndemo.visitors.belongings import Belongings, belongings, delete_everything

NAMES = {
    "runs": N_("trainings"),
    "studies": N_("studies"),
    "comparisons": N_("comparisons"),
    "prunings": N_("measurements of pruned models"),
    "corruptions": N_("measurements on corrupted pictures"),
    "sets": N_("sets of own classes"),
}
_DELETED = "mine_deleted"
KEPT = (LANGUAGE,)  # what the session remembers when all is deleted


def foot() -> None:
    """Draw the foot of the page; style puts it below all that comes after it."""
    with st.container(key="page_foot"):
        if st.button(_("My data on this server"), key="mine_open", type="tertiary"):
            # in a language that changes, a title cannot be that of a decorator
            st.dialog(_("My data on this server"))(_mine)()


def _mine() -> None:
    mine = belongings(visitor().folder.name)
    st.markdown(_amount(mine))
    st.markdown(_rules())
    st.button(
        _("Delete everything of mine"), icon=":material/delete_forever:", key="mine_delete",
        type="primary", disabled=not mine.bytes, on_click=_delete,
        help=_("This cannot be undone. Trainings that are under way are ended."),
    )  # fmt: skip
    if st.session_state.pop(_DELETED, False):
        st.rerun()  # the page behind may show what is gone


def _delete() -> None:
    """Delete all, and what the session remembers of it; the page says if that fails."""
    with errors_to(note):
        delete_everything(visitor().folder.name)
        for key in [key for key in st.session_state if key not in KEPT]:
            del st.session_state[key]
        st.session_state[_DELETED] = True


def _amount(mine: Belongings) -> str:
    """Return what there is, and how much of it, in words."""
    if not mine.bytes:
        return _("Nothing of yours is kept here yet.")
    most = limit(VISITOR_MB)
    lines = [f"- {_(NAMES[kind])}: {count}" for kind, count in mine.counts.items() if count]
    size = _("In all {size} MB.") if not most else _("In all {size} MB, of at most {most} MB.")
    return "\n".join([*lines, "", size.format(size=f"{mine.bytes / MB:.1f}", most=round(most))])


def _rules() -> str:
    """Return who sees it, and how long it is kept."""
    days = limit(KEEP_DAYS)
    return paragraph(
        _("It belongs to this browser. Whoever has the link to one of your trainings, studies or "
          "sets can look at it, and only you can change it."),
        _("What you delete can be restored for a day, and is gone after that."),
        *(
            [_("If you do not come back for {days} days, all of it is deleted.").format(
                days=round(days)
            )]
            if days
            else []
        ),
    )  # fmt: skip
