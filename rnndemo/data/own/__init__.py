"""A person's own classes: their examples, their folder, their file, their training."""
