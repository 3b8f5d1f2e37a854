"""The server around the pages: what it answers to, believes, sends first and gives back."""
