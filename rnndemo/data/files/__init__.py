"""Untrusted files: pictures, arrays, zips and drawings."""
