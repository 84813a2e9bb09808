"""Twofeet: storage, the domain, the pages, and the processes that serve them; each room stands on those below it."""
