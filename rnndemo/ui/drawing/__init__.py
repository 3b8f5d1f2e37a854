"""Where a drawing comes from, and what is said of it."""
