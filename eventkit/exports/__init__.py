"""What outlives the event: one module a format, each a pure function of a Source."""
