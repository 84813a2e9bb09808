"""Gunicorn's settings for the baseline."""

loglevel = "error"
control_socket_disable = True
worker_class = "gevent"
backlog = 4096
