"""The application as gunicorn serves it: whoever waits lets others go on, and what takes long is done elsewhere."""

from flask import Flask

from eventkit.config import Config
from eventkit.processes.cooperation import Cooperative
from eventkit.processes.helper_process import HelperProcess
from eventkit.storage.db import Database
from eventkit.web.application import create_app


def served_app() -> Flask:
    """The application of one web process, on gevent and with a helper process of its own."""
    config = Config.from_environ()
    database = Database(config.database_url, Cooperative())
    return create_app(config, HelperProcess(database), database)
