"""Files that are whole or not there: folders, locks, logs, the names of files."""
