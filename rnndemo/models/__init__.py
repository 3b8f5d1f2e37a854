"""The recurrent networks: classifier, hand-written cells, output layers, and their files."""
