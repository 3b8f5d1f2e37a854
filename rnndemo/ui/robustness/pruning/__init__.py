"""The part Prune of the page Robustness."""
