"""Two digits on 64 × 64 that hide each other: MNISTDD-RGB, made again in greys.

It is the later form of the data set that `two_digits` makes again, and the one of which most
results are published. There either digit has a colour of its own; networks here read one number a
pixel, so a grey of its own is the nearest.
"""

from rnndemo.data.scenes.kinds.base import SceneKind
from rnndemo.errors import N_

SCENEKIND = SceneKind(
    N_("two digits in two greys, made again"),
    N_("Two digits of MNIST anywhere on 64 × 64, in two greys; one may hide the other."),
    height=64, width=64, objects=(2, 2), overlap=(0.0, 1.0), varied=False,
    framed=True, greys=(0.5, 1.0), same_digit=0.9,
)  # fmt: skip
