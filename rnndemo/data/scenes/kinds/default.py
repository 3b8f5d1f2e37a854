"""One to five digits of varying size, slant and pen on a wide board."""

from rnndemo.data.scenes.kinds.base import SceneKind
from rnndemo.errors import N_

SCENEKIND = SceneKind(
    N_("one to five digits"),
    N_("One to five digits of varying size, slant and pen on 64 × 96; they overlap a little."),
    height=64, width=96, objects=(1, 5), taught=(3, 8), sizes=(15.0, 34.0), overlap=(0.0, 0.2),
    in_line=0.5,
)  # fmt: skip
