"""The templates that a test report is made from, in the folder `assets`."""

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
    """Return a text in which what is between ``**`` and ``**`` stands out."""
    return Markup(re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", str(escape(text))))


def render(name: str, **values: object) -> Markup:
    """Return a template, filled in; what is no markup is escaped."""
    return Markup(_environment().get_template(name).render(values))
