"""Long reading in a process of its own: its answers and refusals come back, and one that died is replaced."""

import json
import os
import subprocess
import sys

import pytest

from eventkit.storage.db import Database
from tests.world.builders import an_event
from tests.world.places import ROOT

SCRIPT = """
from gevent import monkey; monkey.patch_all()
import json, os, signal, sys
import gevent
from eventkit.event import events
from eventkit.errors import NotFound
from eventkit.processes.cooperation import Cooperative
from eventkit.processes.helper_process import HelperProcess
from eventkit.storage.db import Database

url, code = sys.argv[1:]
helper, turns = HelperProcess(Database(url, Cooperative())), []

def others():
    while True:
        turns.append(1)
        gevent.sleep(0)

serving = gevent.spawn(others)
names = [helper.read(events.by_code, code).name]
served = len(turns) > 1
try:
    helper.read(events.by_code, code="nowhere")
except NotFound as refusal:
    names.append(str(refusal))
first = helper.child.pid
os.kill(first, signal.SIGKILL)
names.append(helper.read(events.by_code, code).name)
serving.kill()
second = helper.child.pid
helper.stop()
print(json.dumps({"names": names, "served": served, "replaced": first != second}))
"""


@pytest.mark.only_on("sqlite")
def test_helper_process_answers_refuses_and_survives_its_helper(migrated: str, behind: Database) -> None:
    event, _ = an_event(behind)
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", SCRIPT, migrated, event.code]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=180, check=False)
    assert done.stderr == ""
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "names": [
            "Test camp",
            "There is no event with this code. Check it against the poster or the screen.",
            "Test camp",
        ],
        "served": True,
        "replaced": True,
    }


CROWDED = """
from gevent import monkey; monkey.patch_all()
import json, sys
import gevent
from eventkit.errors import Busy
from eventkit.event import events
from eventkit.processes.cooperation import Cooperative
from eventkit.processes.helper_process import MOST_OF_PHONE, MOST_WAITING, HelperProcess
from eventkit.storage.db import Database

url, code = sys.argv[1:]
gone = set()
helper = HelperProcess(Database(url, Cooperative()), wanted=lambda: gevent.getcurrent() not in gone)
said = []

def ask():
    try:
        said.append(helper.read(events.by_code, code).name)
    except Busy as refusal:
        said.append(f"{refusal} {refusal.seconds}")

asking = [gevent.spawn(ask) for _ in range(MOST_WAITING + 3)]
gone.update(asking[3:6])
gevent.sleep(0)
refused_at_once = len(said)
gevent.joinall(asking)
names = {}
fair = HelperProcess(helper._database, asking=lambda: names[gevent.getcurrent()])
helper.stop()
helper = fair
crowd = [gevent.spawn(ask) for _ in range(MOST_WAITING + 4)]
greedy, others = crowd[:MOST_WAITING], crowd[MOST_WAITING:]
names = {it: {"phone": MOST_OF_PHONE} for it in greedy} | {it: {str(place): 2} for place, it in enumerate(others)}
before = len(said)
gevent.joinall(crowd)
served = said[before:].count("Test camp")
fair.stop()
print(json.dumps({"at once": refused_at_once, "said": sorted(said[:before]), "fair": served, "left": len(fair._asked)}))
"""


@pytest.mark.only_on("sqlite")
def test_line_at_the_helper_is_short_and_who_left_is_passed_over(migrated: str, behind: Database) -> None:
    event, _ = an_event(behind)
    command = [sys.executable, "-c", CROWDED, migrated, event.code]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=180, check=False)
    assert done.stderr == ""
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "at once": 2,
        "said": [
            *["Many people want something written at once. Try again in a few seconds. 10.0"] * 2,
            *["Nobody waits for this any more. 10.0"] * 3,
            *["Test camp"] * 6,
        ],
        "fair": 2 + 4,  # what one phone may have here, and everybody else
        "left": 0,
    }
