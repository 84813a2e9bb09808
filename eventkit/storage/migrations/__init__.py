"""The database's history: Alembic's environment and one file a change. See schema.py for its verbs."""
