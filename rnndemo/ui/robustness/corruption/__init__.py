"""The part Corrupt of the page Robustness."""
