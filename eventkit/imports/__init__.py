"""What comes from elsewhere: pitches and votes as CSV, and whole events that Twofeet wrote."""
