"""Where things lie: the project, and the folder of data that lies beside it on some machines."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("TWOFEET_SHARED") or ROOT.parent / "shared")
