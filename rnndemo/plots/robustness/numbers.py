"""What 8-bit weights save and cost, beside 32-bit ones."""

from __future__ import annotations

from html import escape

from rnndemo.hardening.pruning.numbers import NumbersMeasured
from rnndemo.plots.look.theme import Look
from rnndemo.reading.percent import digits_of, percent


def numbers_table(found: NumbersMeasured, look: Look) -> str:
    """Return a table of both models, as HTML."""
    sides = (found.whole, found.small)
    digits = digits_of(found.count)
    rights = [percent(one.right / found.count, digits, look.translate) for one in sides]
    ends = [
        " – ".join(percent(end, digits, look.translate) for end in found.interval(one))
        for one in sides
    ]
    lines = [
        (look.text("right answers"), *rights, ""),
        (look.text("95 % interval"), *ends, ""),
        (look.text("ONNX file, kB"), *_numbers([one.bytes / 1000 for one in sides], 1, look)),
        (
            look.text("time for one drawing, ms"),
            *_numbers([1000 * one.seconds for one in sides], 2, look),
        ),
    ]
    heads = ("", look.text("32 bits"), look.text("8 bits"), look.text("of it left"))
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    rows = "".join(
        f"<tr><th>{escape(label)}</th>{''.join(f'<td>{escape(one)}</td>' for one in cells)}</tr>"
        for label, *cells in lines
    )
    return f'<table class="costs"><tr>{head}</tr>{rows}</table>'


def _numbers(values: list[float], digits: int, look: Look) -> list[str]:
    share = percent(values[1] / values[0], 0, look.translate)
    return [*(f"{one:,.{digits}f}" for one in values), share]


def numbers_said(found: NumbersMeasured, look: Look) -> str:
    """Return in sentences how alike both answer, and what keeps 32 bits."""
    same = look.text(
        "Of {count} test pictures, {same} get the same answer with 8-bit weights.",
        count=f"{found.count:,}", same=f"{found.same:,}",
    )  # fmt: skip
    if not found.left:
        return same
    left = look.text(
        "{share} of the weights in matrices have 8 bits; onnxruntime has no 8-bit form of {left}.",
        share=percent(found.share, 0, look.translate), left=", ".join(found.left),
    )  # fmt: skip
    return look.paragraph(same, left)
