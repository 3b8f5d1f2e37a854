"""Pictures for the page Gestures."""
