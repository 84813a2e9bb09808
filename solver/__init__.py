"""Builds the grid: a problem in, better and better grids out, and the proof of how good any could be."""
