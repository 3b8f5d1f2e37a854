"""Fill in the templates of files that people take with them; they are in the folder `assets`."""

from __future__ import annotations

import re
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from rnndemo.storage.folders import ASSETS


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ASSETS), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters["strong"] = _strong
    return environment


def _strong(text: str) -> Markup:
    """Return a text with ``**bold**`` as HTML."""
    return Markup(re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", str(escape(text))))


def render(name: str, **values: object) -> Markup:
    """Return a filled-in template; values that are not `Markup` are escaped."""
    return Markup(_environment().get_template(name).render(values))
