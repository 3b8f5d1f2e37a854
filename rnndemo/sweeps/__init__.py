"""Studies: many trainings that answer one question about settings."""
