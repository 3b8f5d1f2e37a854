"""Two digits on 64 × 64, as courses on detection use them."""

from rnndemo.data.scenes.kinds.base import SceneKind
from rnndemo.errors import N_

SCENEKIND = SceneKind(
    N_("two digits, made again"),
    N_("Two digits of MNIST anywhere on 64 × 64; they may overlap."),
    height=64, width=64, objects=(2, 2), overlap=(0.0, 1.0), varied=False,
    framed=True, same_digit=0.9,
)  # fmt: skip
