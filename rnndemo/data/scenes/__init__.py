"""Scenes: pictures with several digits, and for each pixel and digit what is true of it."""
