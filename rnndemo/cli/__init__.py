"""The command line: its words, its work."""
