"""Files that people give: pictures, arrays, zips and drawings, opened with suspicion."""
