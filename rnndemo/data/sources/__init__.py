"""Data sets from files: MNIST, downloads, folders of pictures."""
