"""Languages: English is the source, other languages are gettext catalogues.

`make catalogues` collects every message that is marked (``_("…")``, ``N_("…")``,
``look.text("…")``, the text of an `InputError`), brings the catalogues up to date and compiles
them.
"""

from __future__ import annotations

import gettext
import json
import re
from collections.abc import Callable
from functools import lru_cache

from rnndemo import codec
from rnndemo.errors import InputError
from rnndemo.storage.folders import ASSETS

LOCALE = ASSETS / "locale"
DOMAIN = "rowbyrow"

# code in the URL -> the language's name for itself
LANGUAGES = {"en": "English", "zh": "中文"}

# code in the URL -> folder of its catalogue; English needs none
CATALOGUES = {"zh": "zh_CN"}

# What files of older versions say, and how it is said today: runs, studies and comparisons store
# messages, and cards the limits of their model. Whoever rewords such a message adds a line.
FORMER: dict[str, str] = json.loads((LOCALE / "former.json").read_text(encoding="utf-8"))

# settings as code and command line call them ("training.lr", and alone "lr") -> their labels
PATHS = {path: field.metadata["label"] for path, _, field in codec.field_table()}
LEAVES = {path.rpartition(".")[2]: label for path, label in PATHS.items()}
_NAMES = "|".join(re.escape(path) for path in PATHS if "." in path)
_PATH = re.compile(rf"(?<![a-z_.])({_NAMES})(?![a-z_])")

Translator = Callable[[str], str]


def language_tag(language: str) -> str:
    """Return the tag of a language for ``<html lang>`` (BCP 47), for example "zh-CN"."""
    return CATALOGUES.get(language, language).replace("_", "-")


@lru_cache(maxsize=len(LANGUAGES))
def translator(language: str) -> Translator:
    """Return the function that turns an English message into `language`, a key of `LANGUAGES`.

    Any other language gives English, and a message without translation comes back as it is. An
    older version's message is given in today's words.
    """
    if language not in CATALOGUES:
        return _of_today
    catalogue = gettext.translation(DOMAIN, LOCALE, [CATALOGUES[language]])

    def translate(message: str) -> str:
        # "" holds the catalogue's header
        return catalogue.gettext(_of_today(message)) if message else ""

    return translate


def _of_today(message: str) -> str:
    return FORMER.get(message, message)


def translate_error(error: InputError, _: Translator) -> str:
    """Return the sentence of `error` in the language of `_`, its placeholders filled in.

    An error among its values, which says what was wrong inside, is translated as well. A setting
    is called as its control is.
    """
    values = {
        name: translate_error(value, _) if isinstance(value, InputError) else value
        for name, value in error.values.items()
    }
    if values.get("field") in LEAVES:
        values["field"] = _quoted(LEAVES[values["field"]], _)
    text = _(error.message).format(**values)
    return _PATH.sub(lambda found: _quoted(PATHS[found[0]], _), text)


def _quoted(label: str, _: Translator) -> str:
    """Return the label of a control in quotes, without what it says in brackets."""
    return f"“{re.split(r' ?[(（]', _(label))[0]}”"
