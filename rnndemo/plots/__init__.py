"""Figures: pure functions from data to a figure, without Streamlit."""
