"""What a step of training is made of: a batch of pictures, and the optimiser."""
