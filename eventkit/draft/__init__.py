"""The draft as its organisers work on it: warnings, costs of moves, advice."""
