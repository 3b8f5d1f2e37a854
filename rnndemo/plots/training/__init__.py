"""Charts of a training, and the picture of its network."""
