"""Charts of the page Compare."""
