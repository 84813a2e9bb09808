"""The database's history: Alembic's environment and one file a change. See eventkit/storage/schema.py for its verbs."""
