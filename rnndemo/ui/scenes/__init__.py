"""The page Scenes."""
