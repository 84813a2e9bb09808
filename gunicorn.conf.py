"""What `gunicorn` reads where it is started in the checkout, as the Procfile does: the package's own settings."""

from eventkit.processes.gunicorn_settings import *  # noqa: F403  gunicorn looks for its settings' names in this file
