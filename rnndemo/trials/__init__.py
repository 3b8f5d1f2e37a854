"""One training on demand: where it is asked for, and where it is done."""
