from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages import Catalog

from rnndemo.errors import N_, InputError
from rnndemo.languages import CATALOGUES, FORMER, LANGUAGES, plural_translator, translator
from rnndemo.storage.folders import ASSETS
from rnndemo.storage.names import CARD
from rnndemo.training.trainer import Diverged
from rnndemo.ui.shell.i18n import translate_error
from tests.catalogues import ROOT, SOURCES, collect, compiled, file_of, forms, read, sources

LANGUAGE = pytest.mark.parametrize("language", CATALOGUES)
AGAIN = "run `make catalogues`"


@pytest.fixture(scope="module")
def template() -> Catalog:
    return collect()


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_language_but_english_has_a_catalogue() -> None:
    assert set(LANGUAGES) == {"en", *CATALOGUES}


def test_messages_are_found_in_the_sources(template: Catalog) -> None:
    assert "Nothing is drawn yet." in template
    assert "{field} = {value!r}: choose one of {options}." in template
    assert len(template) > 30


@LANGUAGE
def test_every_message_is_translated(language: str, template: Catalog) -> None:
    catalogue = read(language)
    found = {message.id: catalogue.get(message.id, message.context) for message in template}
    del found[""]
    assert [text for text, entry in found.items() if not (entry and any(forms(entry)))] == [], AGAIN
    assert [text for text, entry in found.items() if entry and entry.fuzzy] == []


@LANGUAGE
def test_no_message_is_left_from_earlier(language: str, template: Catalog) -> None:
    catalogue = read(language)
    assert [message.id for message in catalogue if message.id and message.id not in template] == []
    assert list(catalogue.obsolete) == [], AGAIN


@LANGUAGE
def test_placeholders_are_those_of_the_source(language: str) -> None:
    for message in read(language):
        if message.id:
            many = sources(message)[-1]  # of one thing, the number may go without saying
            assert {*map(frozenset, map(placeholders, forms(message)))} == {
                frozenset(placeholders(many))
            }, message.id


@LANGUAGE
def test_compiled_catalogue_is_up_to_date(language: str) -> None:
    assert file_of(language, ".mo").read_bytes() == compiled(read(language)), AGAIN


def test_english_says_what_the_source_says() -> None:
    assert translator("en")("Draw a digit") == "Draw a digit"
    assert translator("xx")("Draw a digit") == "Draw a digit"


@LANGUAGE
def test_translator_translates(language: str) -> None:
    _ = translator(language)
    assert _("Nothing is drawn yet.") != "Nothing is drawn yet."
    assert _("A message that nobody wrote.") == "A message that nobody wrote."
    assert _("") == ""


def test_error_is_told_in_the_language_with_its_values() -> None:
    error = InputError("A drawing may have up to {most} strokes.", most=500)
    assert translate_error(error, translator("en")) == str(error)
    assert translate_error(error, translator("zh")) == "一幅画最多可以有 500 笔。"


def test_setting_is_called_as_its_control_is() -> None:
    error = InputError("Lower training.lr, not training.max_norm = {field}.", field="max_norm")
    assert translate_error(error, translator("en")) == (
        "Lower “Learning rate”, not “Gradient clipping” = “Gradient clipping”."
    )
    assert "“学习率”" in translate_error(error, translator("zh"))
    assert "training." in str(error)  # the command line, whose option it is


def test_training_that_diverges_says_so_in_every_language(template: Catalog) -> None:
    assert Diverged(1, 0.1).message in template


def test_message_of_an_older_version_is_told_in_todays_words() -> None:
    error = InputError(
        "The training ended with an error of its own: {error}. Its log holds more.", error="x"
    )
    assert translate_error(error, translator("en")).startswith("The training stopped with an unex")
    assert "x" in (said := translate_error(error, translator("zh")))
    assert "training" not in said


def test_any_text_that_a_file_holds_is_told_in_todays_words() -> None:
    old, new = next(iter(FORMER.items()))
    assert translator("en")(old) == new
    assert translator("zh")(old) == translator("zh")(new) != new


CARDS = [*ASSETS.rglob(CARD), *(ROOT / "tests" / "written").rglob(CARD)]


@LANGUAGE
@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.parent.name)
def test_limits_on_every_stored_card_are_told_in_the_language(path: Path, language: str) -> None:
    limits = json.loads(path.read_text(encoding="utf-8"))["limits"]
    assert limits
    assert translator(language)(limits) != limits


def test_chinese_writes_no_space_before_a_per_cent_sign() -> None:
    said = [text for message in read("zh") for text in forms(message)]
    assert not [text for text in said if re.search(r"[\d}] %", text)]


def test_former_messages_lead_to_messages_of_today(template: Catalog) -> None:
    for old, new in FORMER.items():
        assert old not in template
        assert new in template
        assert placeholders(new) <= placeholders(old)  # no other values are stored


def test_mark_changes_nothing() -> None:
    assert N_("text") == "text"


def test_error_texts_can_be_found_by_the_tools() -> None:
    """An error's text is written into the call, or in a name that ``N_`` marks, or is another's."""
    files = [file for name in SOURCES for file in _python_files(ROOT / name)]
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in files}
    marked = {
        target.id
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _calls(node.value, "N_")
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    unmarked_in_a_class = {
        target.id
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for line in node.body
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant)
        for target in line.targets
        if isinstance(target, ast.Name)
    }
    of_a_class = {"message"} | marked - unmarked_in_a_class  # an error's own, or a kind of thing's
    unmarked = []
    for file, tree in trees.items():
        parameters = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        for node in ast.walk(tree):
            if not _calls(node, "InputError") or not node.args:
                continue
            text = node.args[0]
            known = isinstance(text, ast.Name) and text.id in marked | parameters
            known |= isinstance(text, ast.Attribute) and text.attr in of_a_class
            if not known and not isinstance(text, ast.Constant):
                unmarked.append(f"{file.relative_to(ROOT)}:{node.lineno}")
    assert unmarked == []


def _python_files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def _calls(node: ast.AST, *names: str) -> bool:
    """Return whether a function or a method that is called so is called."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    return getattr(called, "id", getattr(called, "attr", "")) in names


def test_no_text_hides_in_an_f_string_where_the_tools_do_not_find_it() -> None:
    hidden = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for name in SOURCES
        for file in _python_files(ROOT / name)
        for text in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for node in ast.walk(text)
        if _calls(node, "_", "text") and node.args and isinstance(node.args[0], ast.Constant)
    ]
    assert hidden == []


def test_message_on_a_number_of_things_has_the_form_of_the_number() -> None:
    forms_of = ("{count} combination", "{count} combinations")
    count = plural_translator("en")
    assert [count(*forms_of, n).format(count=n) for n in (1, 2)] == [
        "1 combination",
        "2 combinations",
    ]
    assert {plural_translator("zh")(*forms_of, n) for n in (1, 2)} == {"{count} 种组合"}
    assert plural_translator("xx")(*forms_of, 1) == forms_of[0]


def test_lists_and_words_of_the_system_in_an_error_are_translated() -> None:
    error = InputError("Choose one of {known} ({reason}).", known="a, b", reason="timed out")
    assert str(error) == translate_error(error, translator("en"))
    assert translate_error(error, translator("zh")) == "Choose one of a、b (超时)."
