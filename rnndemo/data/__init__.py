"""Pictures: where they come from, what the network sees of them, and in which order."""
