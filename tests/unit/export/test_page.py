"""An exported page holds all it needs, in every language, and nothing that could run by mistake."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from rnndemo.export.formats import FORMATS
from rnndemo.export.page import EXPLAINED, LINE_WORDS, WORDS, page
from rnndemo.languages import LANGUAGES, translator
from rnndemo.models.store import Model, load_model, shipped_names
from rnndemo.plots.reading.live import POINTS, TEXT
from rnndemo.web.packed import packed, reads_in_browser
from tests.exports import small

MOST = 1_400_000  # bytes of the page of digits-lstm
EVIL = "</script><script>alert(1)</script><!--"


def part(content: str, name: str) -> str:
    """Return the text of the script element with this id."""
    (found,) = re.findall(rf'<script type="[a-z/]+" id="{name}">(.*?)</script>', content, re.DOTALL)
    return str(found)


def evil() -> Model:
    """Return a model whose classes, name and card a malicious person has named."""
    model = small(side=28)
    card = replace(model.card, data=EVIL, command=EVIL, limits=EVIL, date=EVIL)
    return replace(model, name=EVIL, classes=(EVIL, "<b>&", 'お"'), card=card)


@pytest.fixture(scope="module")
def digits() -> str:
    return page(load_model("digits-lstm"))


def test_page_of_the_largest_network_is_small_enough(digits: str) -> None:
    content = FORMATS["html"].content(load_model("digits-lstm"))
    assert content == digits.encode()
    assert len(content) <= MOST


def test_equal_models_are_equal_pages(digits: str) -> None:
    assert page(load_model("digits-lstm")) == digits


def test_page_has_the_weights_and_all_about_them(digits: str) -> None:
    it = packed(load_model("digits-lstm"))
    assert base64.b64decode(part(digits, "weights")) == it.weights
    given = json.loads(part(digits, "given"))
    assert given["manifest"] == json.loads(json.dumps(it.manifest))
    assert np.array_equal(np.sort(given["order"]), np.arange(it.manifest["hidden"]))


@pytest.mark.parametrize("name", [name for name in shipped_names() if name != "digits-cnn"])
def test_every_text_is_there_in_every_language(name: str) -> None:
    model = load_model(name)
    assert reads_in_browser(model)
    content = page(model)
    given = json.loads(part(content, "given"))
    assert list(given["languages"]) == list(LANGUAGES)
    texts, words = TEXT, WORDS
    if model.frame == "path":
        texts, words = TEXT | POINTS, WORDS | LINE_WORDS["point"]
    for code, found in given["languages"].items():
        _ = translator(code)
        for theme in ("light", "dark"):
            assert found[theme]["text"] == {key: _(text) for key, text in texts.items()}
            assert len(found[theme]["names"]) == len(model.classes)
        for key, text in words.items():
            assert found["words"][key].startswith(_(text)[:3]), key
        assert "{threshold}" not in found["words"]["rejected"]
        for text in ("About this network", model.card.limits):
            assert _(text) in content
    assert given["languages"]["en"]["words"] != given["languages"]["zh"]["words"]
    assert set(EXPLAINED) == {"ink", "path"}


def test_what_is_no_row_is_not_called_one() -> None:
    given = json.loads(part(page(small("patches-7", side=28)), "given"))
    said = given["languages"]["en"]["words"]["sure"]
    assert said == "{percent} sure. From timestep {row} on, the answer stayed the same."


def test_card_says_the_accuracy_with_its_sample(digits: str) -> None:
    card = load_model("digits-lstm").card
    said = f"{100 * card.test_accuracy:.2f} % of {card.test_size:,} test drawings"
    for text in (said, card.date, "90.4 %", f"{card.parameters:,}", "digits (MNIST)", card.command):
        assert text in digits
    assert "99.49%" in digits  # as Chinese writes it


def test_what_was_not_measured_is_not_claimed() -> None:
    content = page(small(side=28))
    for text in ("test drawings", "Rejects below", "Test accuracy", "To train it again"):
        assert text not in content.split("<section")[1]


def test_policy_allows_the_pages_own_script_and_style_alone(digits: str) -> None:
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', digits)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for rule, tag in (("script-src", "script"), ("style-src", "style")):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", digits, re.DOTALL)
        sha = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules[rule].split()[0] == f"'sha256-{sha}'"
    assert "unsafe-inline" not in policy
    assert not re.search(r"(?:src|href|action)=|url\(|@import|fetch\(|style=", digits)


def test_names_that_people_chose_stay_text() -> None:
    content = page(evil())
    assert "<script>alert" not in content
    assert content.count("<script") == content.count("</script>") == 3
    given = json.loads(part(content, "given"))
    assert given["languages"]["en"]["light"]["names"] == [EVIL, "<b>&", 'お"']
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in content  # the card


def test_own_code_is_never_put_into_the_page_as_markup(digits: str) -> None:
    (code,) = re.findall(r"<script>(.*?)</script>", digits, re.DOTALL)
    put = re.findall(r"innerHTML = (.*);", code)
    assert put  # of our own tags and icons alone
    assert all(re.fullmatch(r"ICONS\[\w+\]|'[^']*'", text) for text in put)
