"""Charts of how a network reads one picture."""
