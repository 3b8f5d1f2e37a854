"""Drawings that a program makes: digits, gestures, and what shows no class."""
