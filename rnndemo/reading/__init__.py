"""One model reads one picture: the answer, the trace, gradients, what if."""
