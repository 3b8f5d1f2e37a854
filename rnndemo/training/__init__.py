"""Training: optimisers, the loop, and the files of a run."""
