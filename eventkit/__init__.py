"""The domain, one module a word of it; packages inside keep it, show it, carry it elsewhere and run it."""
