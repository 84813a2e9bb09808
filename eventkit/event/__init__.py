"""An event and who takes part in it: people, limits, what happened once."""
