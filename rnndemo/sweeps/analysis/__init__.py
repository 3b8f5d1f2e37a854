"""What a study shows: tables, noise, verdicts."""
