"""How right a model is, how sure it may be, and what its units do."""
