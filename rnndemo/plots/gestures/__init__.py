"""Pictures of the page Gestures."""
