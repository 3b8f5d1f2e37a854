"""Peers on the same data, by the same budget: trained, measured, and answering side by side."""
