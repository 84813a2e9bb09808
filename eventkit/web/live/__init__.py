"""Server-sent events: their address, the loop, the frames, the phones."""
