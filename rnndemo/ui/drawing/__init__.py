"""Where a drawing comes from, and what pages say about it."""
