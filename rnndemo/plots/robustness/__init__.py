"""Figures of the page Robustness: a drawing before and after, row by row, and what is certain."""
