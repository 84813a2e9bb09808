"""The problem: what is given, how it is read, how good a grid is."""
