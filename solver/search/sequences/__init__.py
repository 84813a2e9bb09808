"""The compiled search for days with longer sessions or an order among sessions: its arrays, its moves, its threads."""
