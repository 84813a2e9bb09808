"""How gunicorn serves Twofeet (`--config python:eventkit.processes.gunicorn_settings`): as the environment says."""

import os
import resource
import shutil
from typing import Any

from eventkit.config import Config
from eventkit.processes import logs

settings = Config.from_environ()
logs.configure(settings)

_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a stream is an open file

wsgi_app = "eventkit.processes.wsgi:served_app()"
bind = f"{settings.host}:{settings.port}"
workers = settings.web_processes
worker_class = "eventkit.processes.server.StreamingWorker"
worker_connections = 20_000
backlog = 4096
keepalive = 5
timeout = 30
graceful_timeout = 10
control_socket_disable = True
logger_class = "eventkit.processes.server.Logger"
logconfig_dict = logs.gunicorn_logging(settings)

if settings.web_processes > 1:
    # Each process keeps its metrics in a file, so that whichever is asked can answer for all.
    metrics = settings.var / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)


def on_reload(_server: Any) -> None:
    """Let the workers that are there serve until new ones can."""
    from eventkit.processes.server import changeover

    changeover.ask()


def child_exit(_server: Any, worker: Any) -> None:
    """Forget the gauges of a process that ended."""
    if settings.web_processes > 1:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
