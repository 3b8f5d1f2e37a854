"""The first step of own classes: choose, create, download or upload a set."""

from __future__ import annotations

import re
from functools import partial

import streamlit as st

from rnndemo.data.files.zips import MAX_PACKED
from rnndemo.data.own.files import pack, unpack
from rnndemo.data.own.sets import MAX_NAME, OwnSet
from rnndemo.data.own.shelf import OwnSetFolder
from rnndemo.errors import N_
from rnndemo.ui.own.state import attempt, change, choose, complain, complaints
from rnndemo.ui.own.uploads import new_files
from rnndemo.ui.shell.clock import apart
from rnndemo.ui.shell.session import _, errors_to
from rnndemo.ui.shell.sets import shelf
from rnndemo.ui.shell.widgets import choice, small_button

KIND_TEXTS = {"drawn": N_("drawn signs"), "photographed": N_("photographs of hands")}

HANDS = N_(
    "This page has no ready-made network for hand signs: it would have to learn from photographs "
    "of people's hands, and those may not be shared without a licence. Drawings of hands are no "
    "substitute. So the network learns from your own photographs: about ten of each sign are a "
    "good start, and the camera takes them in a few seconds."
)

_DELETED = "own_set_deleted"


def set_choice(own_set: OwnSetFolder, sets: list[OwnSetFolder]) -> None:
    """Draw the choice of a set, and what can be done with it."""
    known = {one.id: one for one in (sets if own_set.own else [own_set, *sets])}
    titles = apart(
        {name: _title(one) for name, one in known.items()},
        {name: one.made for name, one in known.items()},
    )
    st.session_state["own_set"] = own_set.id
    with st.container(horizontal=True, vertical_alignment="bottom"):
        # a popover's key names the set: it closes when another set is chosen
        st.selectbox(
            _("Which set?"),
            list(known),
            format_func=lambda name: titles[name],
            key="own_set",
            width=320,
            on_change=lambda: choose(st.session_state["own_set"]),
        )
        with st.popover(_("New set"), icon=":material/add:", key=f"own_new_{own_set.id}"):
            new_set()
        with st.container(width="content"):
            if own_set.own:
                _edit(own_set)
        _download(own_set)
        with st.popover(_("Upload"), icon=":material/upload:", key=f"own_bring_{own_set.id}"):
            upload()
    with st.container():
        if not own_set.own:
            _someone_elses(own_set)


def _title(own_set: OwnSetFolder) -> str:
    text = "{name} · {kind}" if own_set.own else _("Someone else's: {name} · {kind}")
    return text.format(name=own_set.content.name, kind=_(KIND_TEXTS[own_set.content.kind]))


def new_set() -> None:
    """Draw the form that creates a set."""
    complaints("new")
    with st.form("own_new_form", border=False, enter_to_submit=True):
        st.text_input(_("Name of the set"), max_chars=MAX_NAME, key="own_new_name")
        choice(
            "own_new_kind", _("What are the examples?"), KIND_TEXTS, default="drawn",
            label_visibility="visible", persist_state=None,
        )  # fmt: skip
        st.form_submit_button(
            _("Create"), icon=":material/add:", type="primary", key="own_create",
            on_click=lambda: _create(
                st.session_state["own_new_name"], st.session_state["own_new_kind"]
            ),
        )  # fmt: skip


def _create(name: str, kind: str, classes: tuple[str, ...] = ()) -> None:
    own_set = attempt("new", shelf().create, name, kind)
    if own_set is None:
        return
    for label in classes:
        change("new", own_set, partial(OwnSet.with_class, label=label))
    choose(own_set.id)
    st.session_state["own_new_name"] = ""


def hands(own_set: OwnSetFolder | None) -> None:
    """Say why there is no ready-made network for hands; without a set, offer to begin one."""
    with st.container(key="own_hands", border=own_set is None):
        if own_set is not None:
            st.caption(_(HANDS))
            return
        title = _("Hand signs")
        st.markdown(f"**{title}**")
        st.markdown(_(HANDS))
        st.button(
            _("Start with an open hand and a fist"), icon=":material/photo_camera:",
            key="own_hands_begin", on_click=_create,
            args=(_("My hands"), "photographed", (_("open hand"), _("fist"))),
        )  # fmt: skip


def _edit(own_set: OwnSetFolder) -> None:
    key = f"own_name_{own_set.id}"
    with st.popover(_("This set"), icon=":material/edit:", key=f"own_edit_{own_set.id}"):
        st.text_input(
            _("Name of the set"), own_set.content.name, MAX_NAME, key=key, on_change=_rename,
            args=(own_set, key),
        )  # fmt: skip
        small_button(
            "own_delete_set", _("Delete this set"), "delete", on_click=_delete, args=(own_set,)
        )


def _rename(own_set: OwnSetFolder, key: str) -> None:
    name = st.session_state[key]
    if change("set", own_set, lambda content: content.renamed(name)) is None:
        st.session_state[key] = own_set.content.name


def _delete(own_set: OwnSetFolder) -> None:
    with errors_to(partial(complain, "set")):
        shelf().delete(own_set.id)
        st.session_state[_DELETED] = own_set.id
        choose("")


def offer_undo() -> None:
    """Offer to restore the set that was deleted last."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.session_state.get(_DELETED):
            st.markdown(_("Set deleted."), width="content")
            small_button("own_undelete_set", _("Undo"), "undo", on_click=_undelete)


def _undelete() -> None:
    name = st.session_state[_DELETED]
    if attempt("set", shelf().undelete, name) is not None:
        del st.session_state[_DELETED]
        choose(name)


def _download(own_set: OwnSetFolder) -> None:
    classes = own_set.content.classes
    whole = bool(classes) and all(one.examples for one in classes)
    st.download_button(
        _("Download"), partial(pack, own_set), _file_name(own_set), "application/zip",
        key="own_download", icon=":material/download:", on_click="ignore", disabled=not whole,
    )  # fmt: skip


def _file_name(own_set: OwnSetFolder) -> str:
    """Return a file name for the set that every system allows."""
    return re.sub(r"[^\w -]", "_", own_set.content.name) + ".zip"


def upload() -> None:
    """Draw the uploader for the file of a set."""
    text = _("A set (.zip), or a .zip with one folder of pictures per class")
    limit = MAX_PACKED // 1_000_000
    files = new_files(
        "own_upload", lambda key: st.file_uploader(text, ["zip"], key=key, max_upload_size=limit)
    )
    for file in files:
        with st.spinner(_("Checking the file …")):
            own_set = attempt("upload", _take_in, file.getvalue(), file.name)
        if own_set is not None:
            choose(own_set.id)
    if files:
        st.rerun()


def _take_in(content: bytes, name: str = "") -> OwnSetFolder:
    return shelf().put(*unpack(content, name))


def _someone_elses(own_set: OwnSetFolder) -> None:
    st.caption(_("This set belongs to someone else: try it as it is, or make your own copy."))
    if st.button(_("Copy to my sets"), icon=":material/content_copy:", key="own_copy"):
        copy = attempt("set", lambda: _take_in(pack(own_set)))
        if copy is not None:
            choose(copy.id)
        st.rerun()
