"""The search for good grids: construction, annealing, rooms, CP-SAT."""
