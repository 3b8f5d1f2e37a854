"""Work that outlives a page: its process, its place in the queue, how it ended."""
