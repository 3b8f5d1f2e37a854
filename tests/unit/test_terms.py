"""The catalogue keeps to the terms of docs/terms.md, and Chinese to its punctuation."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from tests.catalogues import ROOT, forms, read, sources

HAN = r"\u3400-\u9fff"
NOTHING = ("", "–")


@dataclass(frozen=True)
class Term:
    """One line of the table: a term, what is not said for it, and the same in Chinese."""

    english: str
    banned_english: tuple[str, ...]
    chinese: tuple[str, ...]
    banned_chinese: tuple[str, ...]


def _parted(cell: str, by: str) -> tuple[str, ...]:
    return () if cell in NOTHING else tuple(re.split(by, cell))


def terms() -> list[Term]:
    lines = (ROOT / "docs" / "terms.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line[:2] == "| "]
    return [
        Term(english, _parted(not_, ", "), _parted(chinese, "/"), _parted(never, "，"))
        for english, not_, chinese, never in rows[1:]
    ]


TERMS = terms()
MESSAGES = [message for message in read("zh") if message.id]
KNOWN_ENGLISH = sorted((term.english for term in TERMS), key=len, reverse=True)
KNOWN_CHINESE = sorted((one for term in TERMS for one in term.chinese), key=len, reverse=True)
IDS = {"ids": lambda term: term.english}


def _plain(text: str) -> str:
    """Return an English message without placeholders, options and names of the command line."""
    return re.sub(r"\{[^}]*\}|--[\w-]+|\b[a-z]+\.[a-z_]+", "□", text)


def _has(text: str, word: str) -> bool:
    if word.lower() not in text.lower():
        return False
    return bool(re.search(rf"(?<![\w-]){re.escape(word)}(?:s|es)?(?![\w-])", text, re.IGNORECASE))


def _without(text: str, known: list[str], words: list[str]) -> str:
    """Return a text without the terms of the table that have one of these banned words in them."""
    parts = [re.escape(one) for one in known if any(word.lower() in one.lower() for word in words)]
    return re.sub("|".join(parts), "□", text, flags=re.IGNORECASE) if parts else text


def test_table_is_read() -> None:
    assert len(TERMS) > 40
    assert Term("pigtail", (), ("带圈曲线",), ("猪尾巴",)) in TERMS


@pytest.mark.parametrize("term", TERMS, **IDS)
def test_banned_words_do_not_occur(term: Term) -> None:
    for message in MESSAGES:
        for text in sources(message):
            found = [word for word in term.banned_english if _has(text, word)]
            rest = _without(_plain(text), KNOWN_ENGLISH, found)
            assert [word for word in found if _has(rest, word)] == [], text
        for text in forms(message):
            found = [word for word in term.banned_chinese if word in text]
            rest = _without(text, KNOWN_CHINESE, found)
            assert [word for word in found if word in rest] == [], text


@pytest.mark.parametrize("term", [term for term in TERMS if term.chinese], **IDS)
def test_term_is_translated_as_the_table_says(term: Term) -> None:
    longer = [one for one in KNOWN_ENGLISH if term.english in one and one != term.english] or ["□"]

    def meant(text: str) -> bool:
        return _has(text, term.english) and _has(
            _without(_plain(text), longer, [term.english]), term.english
        )

    wrong = [
        (message.id, text)
        for message in MESSAGES
        if any(map(meant, sources(message)))
        for text in forms(message)
        if not any(one in text for one in term.chinese)
    ]
    assert wrong == []


def _places(pattern: str) -> list[str]:
    return [text for message in MESSAGES for text in forms(message) if re.search(pattern, text)]


@pytest.mark.parametrize(
    "pattern",
    [
        rf"[{HAN}][,;:!?]",  # a half-width sign after a Han character
        rf"(?<![a-z])[,;:!?][{HAN}]",
        rf"[{HAN}]\.(?!\w)",
        r"[，。；：！？、）】”] ",  # a space after a full-width sign
        r" [，。；：！？、（【“]",
        rf"[{HAN}]\(|\)[{HAN}]",
        rf"(?<!…)…(?!…)(?=$|[{HAN}])",  # Chinese writes six dots
        r"[。，；：、]{2}",
    ],
)
def test_chinese_punctuation_is_full_width_and_not_mixed(pattern: str) -> None:
    assert _places(pattern) == []


def test_a_sentence_ends_in_both_languages_or_in_none() -> None:
    ends: tuple[str, ...] = (".", "?", "!")
    assert [
        (message.id, text)
        for message in MESSAGES
        for text in forms(message)
        if sources(message)[-1].rstrip().endswith(ends)
        != text.rstrip("”*").endswith(tuple("。？！"))
    ] == []


def test_english_has_no_article_before_a_number() -> None:
    """ "A {number}" would read "a 8"."""
    said = [text for message in MESSAGES for text in sources(message)]
    assert [
        text for text in said if re.search(r"\ban? \*{0,2}\{(truth|answer|count|label)", text)
    ] == []


COUNTED = re.compile(r"\{(count|points|trials|repeats)\}\*{0,2} (?!more|of|left|always)[a-z]+s\b")
NEVER_ONE = (
    "The file contains {count} classes",  # one is allowed
    "has {count} examples; a class can have at most",
    "This grid has {points} combinations; at most",
    "{trials} trials are too many",
    "{count} parameters",  # of a network
    "alidation",  # at least one picture of each of two classes
)


def test_counts_have_a_form_for_one_thing() -> None:
    """No "1 combinations": gettext chooses the form, or the number follows a colon."""
    single = [message.id for message in MESSAGES if isinstance(message.id, str)]
    found = [text for text in single if COUNTED.search(text)]
    assert [text for text in found if not any(one in text for one in NEVER_ONE)] == []
