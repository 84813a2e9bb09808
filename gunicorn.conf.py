"""How gunicorn serves Twofeet: settings come from the environment, as docs/settings.md says."""

import resource

from eventkit.config import Config
from eventkit.logs import gunicorn_logging

settings = Config.from_environ()

_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a stream is an open file

wsgi_app = "app:create_app()"
bind = f"{settings.host}:{settings.port}"
workers = settings.web_processes
worker_class = "eventkit.web.server.Worker"
worker_connections = 20_000
backlog = 4096
keepalive = 5
timeout = 30
graceful_timeout = 10
control_socket_disable = True
logconfig_dict = gunicorn_logging(settings)
