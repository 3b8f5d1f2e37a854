"""The measurements behind the figures of README and docs: ``python -m benchmarks NAME``."""
