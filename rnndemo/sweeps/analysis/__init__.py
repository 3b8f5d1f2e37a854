"""Analyse a study: figures with intervals, tables, a verdict."""
