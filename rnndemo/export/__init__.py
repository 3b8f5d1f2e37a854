"""Export models for other programs, or as a page."""
