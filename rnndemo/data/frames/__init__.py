"""What a network sees: how drawings and photographs are brought to it."""
