"""What a run takes of memory and disk, estimated before it begins."""
