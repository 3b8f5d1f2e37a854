"""One model reads one picture: answer, trace, gradients, what-if experiments."""
