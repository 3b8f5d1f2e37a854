"""Comparisons: peers trained on the same data with the same budget, and measured side by side."""
