"""Own classes: gather, train, try."""
