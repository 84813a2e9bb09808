"""`python -m eventkit` is the command `twofeet`."""

import sys

from eventkit.cli import main

sys.exit(main())
