"""What must be fast, measured: one command a question, on loopback, beside a baseline in the same run."""
