"""Settings, network, curves and buttons share a screen; a phone brings the curves by itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import LOSS, open_train, press, start_training

pytestmark = pytest.mark.usefixtures("no_worker_left")

SCREEN = (
    ".st-key-train_start", ".st-key-train_status", ".st-key-train_knobs_data",
    ".st-key-train_network", ".st-key-train_loss_chart", ".st-key-train_accuracy_chart",
)  # fmt: skip


def out_of_view(page: Page) -> list[str]:
    """Return what of the screen is not wholly between the page's navigation and its bar."""
    return page.evaluate(
        """selectors => {
            const bar = document.querySelector(".st-key-train_bar").getBoundingClientRect();
            return selectors.filter((selector) => {
                const box = document.querySelector(selector).getBoundingClientRect();
                const floor = box.top >= bar.top ? window.innerHeight : bar.top;
                return box.top < 60 || box.bottom > floor || box.right > window.innerWidth;
            });
        }""",
        list(SCREEN),
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_all_is_in_view_before_the_start_and_while_it_trains(
    page: Page, address: str, lang: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    open_train(page, address, lang=lang)
    assert out_of_view(page) == []
    start_training(page, {"en": "running", "zh": "运行中"}[lang])
    assert out_of_view(page) == []
    tops = page.evaluate("document.querySelector('.stMain').scrollTop")
    assert tops == 0


def test_on_a_phone_start_brings_the_curves_and_the_bar_says_what_happens(
    phone: Page, address: str
) -> None:
    open_train(phone, address)
    expect(phone.locator(LOSS)).not_to_be_in_viewport()
    press(phone, "train_start")
    expect(phone.locator(LOSS)).to_be_in_viewport(ratio=1)
    expect(phone.locator(".st-key-train_bar .st-key-train_status")).to_be_in_viewport(ratio=1)
