"""Attacks, defences, certificates, pruning: what makes a network fail, and what hardens it."""
