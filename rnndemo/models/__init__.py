"""Networks: recurrent cells and classifiers, peers that see pictures, and model files."""
