"""Two digits on 64 × 64: MNISTDD, of a course on vision of the University of Alberta, made again.

It is described at https://github.com/ShiyaoSun827/Projects-Visual_Recognition/tree/main/Project4.
Boxes of 28 × 28 lie anywhere, as they do there: of 87 % of the pictures they overlap, of 19 % by
more than two fifths of what both cover. In the later MNISTDD-RGB, of which most results are
published, either digit has a colour of its own and hides the other (see `two_greys`); here all ink
is alike.
"""

from rnndemo.data.scenes.kinds.base import SceneKind
from rnndemo.errors import N_

SCENEKIND = SceneKind(
    N_("two digits, made again"),
    N_("Two digits of MNIST anywhere on 64 × 64; they may overlap."),
    height=64, width=64, objects=(2, 2), overlap=(0.0, 1.0), varied=False,
    framed=True, same_digit=0.9,
)  # fmt: skip
