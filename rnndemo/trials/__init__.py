"""Trials: single trainings, run for a study by worker processes or a cluster."""
