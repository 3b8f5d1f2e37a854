"""A person's own classes: examples, storage, files and training."""
