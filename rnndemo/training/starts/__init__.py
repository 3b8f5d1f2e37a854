"""Trainings that begin with given weights instead of random ones."""
