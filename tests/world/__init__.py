"""The one cast of the tests: phones, camps, databases, days, browsers."""
