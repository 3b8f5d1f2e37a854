"""Exploring parameters: many trainings that answer one question."""
