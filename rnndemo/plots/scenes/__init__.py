"""Figures of scenes: what a network finds in them."""
