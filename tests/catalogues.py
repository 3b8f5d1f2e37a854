"""Collect messages, bring the translations up to date, compile: `python -m tests.catalogues`.

Babel does the work. Here is what is ours: which calls mark a message, and a form of the files in
which nothing changes but the messages.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_from_file
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from rnndemo.languages import CATALOGUES, DOMAIN, LOCALE

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("app.py", "pages", "rnndemo", "assets")

# Beside gettext's own: N_ marks where a text is written, an error's text and that of a chart
# (`look.text("…")`) are marked by their place, `_n` has a form for one thing and one for many.
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None, "_n": (1, 2), "InputError": (1,), "text": (1,)}


def collect() -> Catalog:
    """Return every message that the sources mark, with the files that it comes from."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    template = Catalog(project="Row by Row")
    for name in SOURCES:
        path = ROOT / name
        if path.is_dir():
            for file, line, message, _, context in extract_from_dir(
                path, methods, options, keywords=KEYWORDS
            ):
                template.add(message, None, [(f"{name}/{file}", line)], context=context)
        elif path.exists():
            for line, message, _, context in extract_from_file(
                "python", path, keywords=KEYWORDS, options={"encoding": "utf-8"}
            ):
                template.add(message, None, [(name, line)], context=context)
    return template


def file_of(language: str, suffix: str) -> Path:
    """Return the ``.po`` or ``.mo`` file of `language`, a key of `CATALOGUES`."""
    return LOCALE / CATALOGUES[language] / "LC_MESSAGES" / f"{DOMAIN}{suffix}"


def read(language: str) -> Catalog:
    """Return the translations of `language` as they are on disk."""
    with file_of(language, ".po").open("rb") as file:
        return read_po(file, locale=CATALOGUES[language], domain=DOMAIN)


def update(catalogue: Catalog, template: Catalog) -> None:
    """Take in new messages and drop old ones; nothing is guessed from similar messages."""
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    for message in catalogue:
        message.flags.discard("python-format")  # "97 % sure" is none: we format by braces


def forms(message: Message) -> tuple[str, ...]:
    """Return the translations of a message: one, or one for each number of things."""
    text = message.string or ""
    return (text,) if isinstance(text, str) else tuple(text)


def sources(message: Message) -> tuple[str, ...]:
    """Return the English of a message: one text, or singular and plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def compiled(catalogue: Catalog) -> bytes:
    """Return the content of the ``.mo`` file."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def main() -> None:
    """Update and compile every catalogue; say what is left to translate."""
    template = collect()
    for language in CATALOGUES:
        catalogue = read(language)
        update(catalogue, template)
        with file_of(language, ".po").open("wb") as file:
            write_po(file, catalogue, width=0, include_lineno=False, sort_by_file=True)
        file_of(language, ".mo").write_bytes(compiled(read(language)))
        missing = [message.id for message in catalogue if message.id and not any(forms(message))]
        print(
            f"{language}: {len(catalogue)} messages, {len(missing)} to translate",
            *missing,
            sep="\n  ",
        )


if __name__ == "__main__":
    main()
