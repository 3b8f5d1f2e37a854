"""Files that are whole or not there: folders, shelves, locks, logs, the names of files."""
