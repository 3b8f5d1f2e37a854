"""Languages: English is the source, other languages are gettext catalogues.

`make catalogues` collects every message that is marked (``_("…")``, ``N_("…")``,
``look.text("…")``, the text of an `InputError`), brings the catalogues up to date and compiles
them.
"""

from __future__ import annotations

import gettext
import json
from collections.abc import Callable
from functools import lru_cache

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

Translator = Callable[[str], str]
PluralTranslator = Callable[[str, str, int], str]


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
    catalogue = _catalogue(language)

    def translate(message: str) -> str:
        # "" holds the catalogue's header
        return catalogue.gettext(_of_today(message)) if message else ""

    return translate


@lru_cache(maxsize=len(LANGUAGES))
def plural_translator(language: str) -> PluralTranslator:
    """Return the function that chooses among the forms of a message for a count of things.

    It takes the English singular and plural, and the count; each language has its own rule.
    """
    return _catalogue(language).ngettext


def _catalogue(language: str) -> gettext.NullTranslations:
    folders = [CATALOGUES[language]] if language in CATALOGUES else []
    return gettext.translation(DOMAIN, LOCALE, folders, fallback=not folders)


def _of_today(message: str) -> str:
    return FORMER.get(message, message)
