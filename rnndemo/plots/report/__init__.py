"""Charts and texts of a test report, and the report as an HTML file."""
