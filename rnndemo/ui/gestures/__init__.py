"""The page Gestures: the board, the answers, the reactions."""
