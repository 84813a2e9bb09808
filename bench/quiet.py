"""Gunicorn's settings for the baseline."""

loglevel = "error"
control_socket_disable = True
