"""Pruning: remove weights or whole hidden units of a trained network."""
