"""What recognised gestures set off: a slide deck, a drawing board, a log for other programs."""
