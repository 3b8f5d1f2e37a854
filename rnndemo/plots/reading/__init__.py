"""Charts of how one picture is read."""
