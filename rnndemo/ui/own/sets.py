"""The first step of own classes: choose a set, begin one, take it along, bring it back."""

from __future__ import annotations

import re
from functools import partial

import streamlit as st

from rnndemo.data.files.zips import MAX_PACKED
from rnndemo.data.own.files import pack, unpack
from rnndemo.data.own.sets import MAX_NAME, OwnSet
from rnndemo.data.own.shelf import OwnSetFolder
from rnndemo.errors import N_, InputError
from rnndemo.ui.own.state import attempt, change, choose, complain, complaints
from rnndemo.ui.shell.session import _
from rnndemo.ui.shell.sets import shelf

KIND_TEXTS = {"drawn": N_("drawn signs"), "photographed": N_("photographs of hands")}

HANDS = N_(
    "This page has no ready-made network for hand signs: it would have to learn from "
    "photographs of people's hands, and those may not be shared without a licence. Drawn stick "
    "hands are no substitute. So the network learns from your photographs: about ten of each "
    "sign are a good start, and the camera takes them in a few seconds."
)

_DELETED, _UPLOADS = "own_set_deleted", "own_uploads"


def set_choice(kept: OwnSetFolder, sets: list[OwnSetFolder]) -> None:
    """Draw the choice of a set, and what can be done with one."""
    known = {one.id: one for one in (sets if kept.own else [kept, *sets])}
    st.session_state["own_set"] = kept.id
    with st.container(horizontal=True, vertical_alignment="bottom"):
        # a place that opens has the set in its key: with another set it is closed again
        st.selectbox(
            _("Which set?"),
            list(known),
            format_func=lambda name: _title(known[name]),
            key="own_set",
            width=320,
            on_change=lambda: choose(st.session_state["own_set"]),
        )
        with st.popover(_("New set"), icon=":material/add:", key=f"own_new_{kept.id}"):
            new_set()
        if kept.own:
            with st.popover(_("This set"), icon=":material/edit:", key=f"own_edit_{kept.id}"):
                _edit(kept)
        _download(kept)
        with st.popover(_("Upload"), icon=":material/upload:", key=f"own_bring_{kept.id}"):
            bring()
    if not kept.own:
        _someone_elses(kept)


def _title(kept: OwnSetFolder) -> str:
    text = "{name} · {kind}" if kept.own else _("Someone else's: {name} · {kind}")
    return text.format(name=kept.content.name, kind=_(KIND_TEXTS[kept.content.kind]))


def new_set() -> None:
    """Draw the form that begins a set."""
    complaints("new")
    with st.form("own_new_form", border=False, enter_to_submit=True):
        st.text_input(_("Name of the set"), max_chars=MAX_NAME, key="own_new_name")
        st.segmented_control(
            _("What are the examples?"),
            list(KIND_TEXTS),
            default="drawn",
            format_func=lambda kind: _(KIND_TEXTS[kind]),
            key="own_new_kind",
            required=True,
        )
        st.form_submit_button(
            _("Create"), icon=":material/add:", type="primary", key="own_create",
            on_click=lambda: _create(
                st.session_state["own_new_name"], st.session_state["own_new_kind"]
            ),
        )  # fmt: skip


def _create(name: str, kind: str, classes: tuple[str, ...] = ()) -> None:
    kept = attempt("new", shelf().create, name, kind)
    if kept is None:
        return
    for label in classes:
        change("new", kept, partial(OwnSet.with_class, label=label))
    choose(kept.id)
    st.session_state["own_new_name"] = ""


def hands(kept: OwnSetFolder | None) -> None:
    """Say why there is no ready-made network for hands, and lead into recording."""
    with st.container(key="own_hands", border=kept is None):
        if kept is not None:
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


def _edit(kept: OwnSetFolder) -> None:
    key = f"own_name_{kept.id}"
    st.text_input(
        _("Name of the set"), kept.content.name, MAX_NAME, key=key, on_change=_rename,
        args=(kept, key),
    )  # fmt: skip
    st.button(
        _("Delete this set"), icon=":material/delete:", key="own_delete_set", type="tertiary",
        on_click=_delete, args=(kept,),
    )  # fmt: skip


def _rename(kept: OwnSetFolder, key: str) -> None:
    name = st.session_state[key]
    if change("set", kept, lambda content: content.renamed(name)) is None:
        st.session_state[key] = kept.content.name


def _delete(kept: OwnSetFolder) -> None:
    try:
        shelf().delete(kept.id)
    except InputError as problem:
        complain("set", problem)
        return
    st.session_state[_DELETED] = kept.id
    choose("")


def offer_undo() -> None:
    """Offer to bring the set back that was deleted last."""
    deleted = st.session_state.get(_DELETED)
    if not deleted:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_("Set deleted."), width="content")
        st.button(
            _("Undo"), icon=":material/undo:", key="own_undelete_set", type="tertiary",
            on_click=_undelete,
        )  # fmt: skip


def _undelete() -> None:
    name = st.session_state.pop(_DELETED)
    if attempt("set", shelf().undelete, name) is not None:
        choose(name)


def _download(kept: OwnSetFolder) -> None:
    classes = kept.content.classes
    whole = bool(classes) and all(one.examples for one in classes)
    st.download_button(
        _("Download"), partial(pack, kept), _file_name(kept), "application/zip", key="own_download",
        icon=":material/download:", on_click="ignore", disabled=not whole,
    )  # fmt: skip


def _file_name(kept: OwnSetFolder) -> str:
    """Return the set's name as one of a file, whatever a system allows there."""
    return re.sub(r"[^\w -]", "_", kept.content.name) + ".zip"


def bring() -> None:
    """Draw the place to which a set's file is brought."""
    number = st.session_state.setdefault(_UPLOADS, 0)
    file = st.file_uploader(
        _("A set (.zip), or a .zip with one folder of pictures per class"),
        ["zip"],
        key=f"own_upload_{number}",
        max_upload_size=MAX_PACKED // 1_000_000,
    )
    if file is None:
        return
    st.session_state[_UPLOADS] = number + 1  # the place is empty again
    with st.spinner(_("Checking the file …")):
        kept = attempt("upload", _take_in, file.getvalue(), file.name)
    if kept is not None:
        choose(kept.id)
    st.rerun()


def _take_in(content: bytes, name: str = "") -> OwnSetFolder:
    return shelf().put(*unpack(content, name))


def _someone_elses(kept: OwnSetFolder) -> None:
    st.caption(_("This set belongs to someone else: try it as it is, or make your own copy."))
    if st.button(_("Copy to my sets"), icon=":material/content_copy:", key="own_copy"):
        copy = attempt("set", lambda: _take_in(pack(kept)))
        if copy is not None:
            choose(copy.id)
        st.rerun()
