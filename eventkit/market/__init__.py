"""The marketplace: pitches, ballots, notes."""
