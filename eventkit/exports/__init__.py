"""What outlives the event: one module a format, each a pure function from a Source to text or bytes, always the same."""
