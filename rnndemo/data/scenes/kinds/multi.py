"""MultiMNIST: Sabour, Frosst, Hinton 2017, "Dynamic routing between capsules"."""

from rnndemo.data.scenes.kinds.base import SceneKind
from rnndemo.errors import N_

SCENEKIND = SceneKind(
    N_("MultiMNIST, made again"),
    N_("Two different digits of MNIST on top of each other on 36 × 36."),
    height=36, width=36, objects=(2, 2), overlap=(0.0, 1.0), varied=False, distinct=True,
    same_digit=0.9,
)  # fmt: skip
