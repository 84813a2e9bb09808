"""The domain, the storage and the web pages of Twofeet."""
