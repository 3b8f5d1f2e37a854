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
from rnndemo.errors import N_, InputError
from rnndemo.reading.wording import listed
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

# Values of messages that are lists, and those that quote the system: they are translated too
LISTS = ("known", "options", "names", "missing", "frames", "letters", "files")
QUOTES = ("reason", "problem", "what")
SYSTEM = (
    N_("No space left on device"),
    N_("Disk quota exceeded"),
    N_("Permission denied"),
    N_("Read-only file system"),
    N_("No such file or directory"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("File name too long"),
    N_("Input/output error"),
    N_("Name or service not known"),
    N_("Temporary failure in name resolution"),
    N_("Network is unreachable"),
    N_("No route to host"),
    N_("Connection refused"),
    N_("Connection timed out"),
    N_("timed out"),
)

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


def translate_error(error: InputError, _: Translator) -> str:
    """Return the sentence of `error` in the language of `_`, its placeholders filled in.

    An error among its values, which says what was wrong inside, is translated as well. A setting
    is called as its control is.
    """
    values = {name: _translated(name, value, _) for name, value in error.values.items()}
    if error.values.get("field") in LEAVES:
        values["field"] = _quoted(LEAVES[error.values["field"]], _)
    text = _(error.message).format(**values)
    return _PATH.sub(lambda found: _quoted(PATHS[found[0]], _), text)


def _translated(name: str, value: object, _: Translator) -> object:
    """Return the value of a placeholder in the language of `_`."""
    if isinstance(value, InputError):
        return translate_error(value, _)
    if isinstance(value, str) and name in LISTS:
        return listed(value.split(", "), _)
    return _(value) if isinstance(value, str) and name in QUOTES else value


def _quoted(label: str, _: Translator) -> str:
    """Return the label of a control in quotes, without what it says in brackets."""
    return f"“{re.split(r' ?[(（]', _(label))[0]}”"
