"""Vary batches of training pictures as people's hands, pens and cameras vary them."""

from __future__ import annotations

from rnndemo import config
from rnndemo.data.augment.base import Augmentation
from rnndemo.kinds import load_kinds

AUGMENTATIONS = load_kinds(__name__, config.AUGMENTATIONS, Augmentation)
