"""Files and folders on disk: atomic writes, locks, logs, shelves of visitors, file names."""
