"""What visitors have on this server, for how long it is kept, and how all of it is deleted."""
