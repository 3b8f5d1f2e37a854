"""Write the page that lists all kinds: `python -m tests.kinds_page`.

Labels and sentences are those of the tables, as people read them in the app.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rnndemo.data.augment import AUGMENTATIONS
from rnndemo.data.corruptions.compared import COMPARED
from rnndemo.data.corruptions.further import FURTHER
from rnndemo.data.corruptions.mnist_c import MNIST_C
from rnndemo.data.scans import SCANS
from rnndemo.data.scenes.kinds import SCENES
from rnndemo.kinds import Kind
from rnndemo.models.cells import CELLS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "kinds.md"

HEAD = """\
# Scans, cells, augmentations, scenes, corruptions

`python -m tests.kinds_page` writes this page from the app's own tables.

To add one, write a file like those beside it and add its name to one list: scans, cells,
augmentations and scenes in `rnndemo/config.py`, corruptions in the `__init__.py` beside them.
Menus, command line, links, charts and tests find it there. `make catalogues` collects its texts for
translation.
"""

# title, what it is, where the files lie, the table
SECTIONS: tuple[tuple[str, str, str, Mapping[str, Kind]], ...] = (
    ("Scans", "`data.scan`: the order in which a picture is read", "data/scans", SCANS),
    (
        "Cells", "`model.cell`: what updates the memory at each timestep", "models/cells", CELLS,
    ),
    (
        "Augmentations", "`data.augmentation`: how training pictures are varied", "data/augment",
        AUGMENTATIONS,
    ),
    (
        "Scenes", "`scenes.kind`: how large the board is, and how digits lie on it",
        "data/scenes/kinds", SCENES,
    ),
    (
        "Corruptions of MNIST-C",
        "`corrupt --kind`, with five severities. At the one that MNIST-C was made with, the "
        "constants are its own", "data/corruptions/mnist_c", MNIST_C,
    ),
    (
        "Further corruptions", "`corrupt --kind`, with five severities", "data/corruptions/further",
        FURTHER,
    ),
    (
        "Corruptions in Compare", "How the page Compare makes test pictures worse",
        "data/corruptions/compared", COMPARED,
    ),
)  # fmt: skip


def _severity(kind: Kind) -> str:
    found = getattr(kind, "mnist_c", 0)
    return f" (MNIST-C: severity {found})" if found else ""


def text() -> str:
    """Return the whole page."""
    page = HEAD
    for title, what, folder, table in SECTIONS:
        lines = [
            f"| `{name}` | {kind.label} | {kind.text}{_severity(kind)} |"
            for name, kind in table.items()
        ]
        rows = "\n".join(["| name | in menus | what it does |", "|---|---|---|", *lines])
        page += f"\n## {title}\n\n{what}. Files: `rnndemo/{folder}/`.\n\n{rows}\n"
    return page


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
