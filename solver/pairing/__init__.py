"""Pairs of people for talks after the day."""
