"""Builds: rows to the solver and back, who holds a piece of work, and what was found."""
