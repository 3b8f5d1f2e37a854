"""Charts of a training, and diagrams of networks."""
