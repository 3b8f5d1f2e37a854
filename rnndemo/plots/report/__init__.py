"""Charts and texts of a test report, and the report as a file."""
