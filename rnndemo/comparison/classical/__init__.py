"""Classical image processing, without networks."""
