"""What whoever runs Twofeet can see of it: health, metrics, and one line a request, with no personal data."""

import os
import re
import secrets
import time
from itertools import count
from secrets import compare_digest

import structlog
from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client import generate_latest as rendered
from prometheus_client.multiprocess import MultiProcessCollector

import solver
from eventkit.building import builds
from eventkit.errors import Forbidden
from eventkit.storage import schema
from eventkit.storage.db import Database, DatabaseBusy, DatabaseFull, Transaction, sqlite_release
from eventkit.storage.tables import BuildState
from eventkit.web.base.rendering import as_json
from eventkit.web.base.services import services

pages = Blueprint("observing", __name__)
log = structlog.get_logger("twofeet.web")

PROCESS, _numbers = secrets.token_hex(4), count(1)  # together a request's id: random once, since asking often is slow

REQUESTS = Counter("twofeet_requests", "Requests answered", ["endpoint", "method", "status"])
SECONDS = Histogram(
    "twofeet_request_seconds",
    "Time to answer",
    ["endpoint"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
STREAMS = Gauge("twofeet_streams", "Streams open now", multiprocess_mode="livesum")
LAG = Gauge("twofeet_change_lag_seconds", "From the newest change to its arrival here", multiprocess_mode="livemax")
WAITING = Gauge("twofeet_writes_waiting", "Writes queued for the next commit", multiprocess_mode="livesum")
QUEUED = Gauge("twofeet_builds_queued", "Builds that no worker has claimed yet", multiprocess_mode="mostrecent")
RUNNING = Gauge("twofeet_builds_running", "Builds being solved", multiprocess_mode="mostrecent")
BUILD_SECONDS = Gauge(
    "twofeet_build_seconds", "How long the newest finished build took", multiprocess_mode="mostrecent"
)
WORKERS = Gauge("twofeet_workers", "Workers heard of within their lease", multiprocess_mode="mostrecent")


METHODS = {"GET", "HEAD", "POST", "OPTIONS"}


def register(app: Flask) -> None:
    """Watch every request, and answer for health and metrics."""
    app.before_request(_begin)
    app.after_request(_end)
    app.register_blueprint(pages)


@pages.get("/healthz")
def health() -> Response:
    """200 where everything works, else 503 and what does not."""
    try:
        with services().database.reading() as tx:
            found = {"database": "ok", "worker": _worker(tx), "migrations": _migrations(tx)}
    except DatabaseFull:
        found = {"database": "the disk is full"}
    except DatabaseBusy as error:  # the driver's words name hosts and users, and anybody may ask here
        log.warning("database does not answer", error=str(error)[:200])
        found = {"database": "does not answer"}
    healthy = all(state == "ok" for state in found.values())
    found["search"] = solver.search_state().value
    if services().database.is_sqlite:
        found["sqlite"] = sqlite_release()
    return as_json({"status": "ok" if healthy else "failing", **found}, 200 if healthy else 503)


def _worker(tx: Transaction) -> str:
    return "ok" if builds.workers_alive(tx) else "no worker was heard of lately: builds wait"


def _migrations(tx: Transaction) -> str:
    current = schema.current(tx.connection())
    return "ok" if current == schema.head() else f"the database is at {current}, not {schema.head()}: twofeet migrate"


@pages.get("/metrics")
def metrics() -> Response:
    """Prometheus' text: for this machine only, or with METRICS_TOKEN for whoever has it."""
    _refuse_strangers(services().config.metrics_token)
    with services().database.reading() as tx:
        _count_builds(tx)
    watch(services().database, current_app)
    return Response(rendered(_registry()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    """This process's figures; where several processes serve, those of all, by the files they keep."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _refuse_strangers(token: str) -> None:
    if token:
        if not compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
            raise Forbidden("Metrics are for those who have the METRICS_TOKEN.")
    elif request.remote_addr not in ("127.0.0.1", "::1") or "X-Forwarded-For" in request.headers:
        raise Forbidden("Metrics are shown on the machine itself only, unless METRICS_TOKEN is set.")


def _count_builds(tx: Transaction) -> None:
    states = builds.by_state(tx)
    QUEUED.set(states.get(BuildState.QUEUED, 0))
    RUNNING.set(states.get(BuildState.RUNNING, 0))
    WORKERS.set(builds.workers_alive(tx))
    if (seconds := builds.last_seconds(tx)) is not None:
        BUILD_SECONDS.set(seconds)


def watch(database: Database, app: Flask) -> None:
    """Note what this process holds right now."""
    streams = app.extensions["streams"]
    STREAMS.set(streams.streams)
    LAG.set(streams.lag)
    WAITING.set(database.waiting)


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if re.fullmatch(r"[A-Za-z0-9-]{8,64}", given) else f"{PROCESS}-{next(_numbers)}"
    g.started = time.perf_counter()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _path() -> str:
    """The path, but of a vote only its rule: a line with its moment must not say what somebody voted on."""
    rule = request.url_rule
    return rule.rule if rule is not None and rule.rule.endswith("/vote") else request.path


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    endpoint = request.endpoint or "none"
    method = request.method if request.method in METHODS else "other"  # strangers' words must not become our series
    REQUESTS.labels(endpoint, method, response.status_code).inc()
    SECONDS.labels(endpoint).observe(seconds)
    response.headers["X-Request-ID"] = g.get("request_id", "")
    log.info("answered", method=request.method, path=_path(), status=response.status_code, ms=round(seconds * 1000, 1))
    structlog.contextvars.clear_contextvars()
    return response
