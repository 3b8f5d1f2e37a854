"""Attacks, defences, certificates, pruning: what makes a trained network fail, and what hardens it."""
