"""Training: optimisers, the loop, and what a run leaves behind."""
