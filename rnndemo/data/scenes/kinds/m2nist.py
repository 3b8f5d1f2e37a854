"""M2NIST as its authors describe it (https://www.kaggle.com/datasets/farhanhubble/multimnistm2nist)."""

from rnndemo.data.scenes.kinds.base import SceneKind
from rnndemo.errors import N_

SCENEKIND = SceneKind(
    N_("M2NIST, made again"),
    N_("Up to three whole digits of MNIST on 64 × 84; none overlap."),
    height=64, width=84, objects=(1, 3), varied=False,
)  # fmt: skip
