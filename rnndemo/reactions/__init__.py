"""What recognised gestures set off: a slide deck, a drawing board, and a log that others follow."""
