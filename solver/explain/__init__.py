"""Why: what a move would do, what may be unwise, why a session is unplaced, what would help; all of it data."""
