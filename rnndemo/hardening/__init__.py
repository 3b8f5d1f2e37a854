"""Attacks, defences, certificates, pruning: of trained networks, and for their training."""
