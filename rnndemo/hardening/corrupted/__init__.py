"""How right models stay on corrupted test pictures: measured as a job that a visitor requests."""
