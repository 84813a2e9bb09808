"""The way in for any WSGI server: `app:create_app()`. Gunicorn serves `eventkit.processes.wsgi:served_app()`."""

from eventkit.web.application import create_app

__all__ = ["create_app"]
