"""How strongly a drawing is attacked on the page, so that nobody waits for long."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from rnndemo.config import DataConfig, RunConfig
from rnndemo.ui.robustness.readings import FEW, STEPS, budget_for


@pytest.mark.parametrize(
    ("scan", "steps"),
    [("rows", STEPS["pgd"]), ("patches", STEPS["pgd"]), ("pixels", FEW), ("permuted-pixels", FEW)],
)
def test_long_readings_are_attacked_in_fewer_steps(scan: str, steps: int) -> None:
    config = RunConfig(data=DataConfig(scan=scan))
    model = cast(Any, SimpleNamespace(config=config, image_size=(28, 28)))
    assert budget_for(model, "pgd", "linf", 0.1).steps == steps
    assert budget_for(model, "fgsm", "linf", 0.1).steps == 1
