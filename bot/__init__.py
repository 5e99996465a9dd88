"""Everything of Attune that touches the world.

Time zones come from the pinned tzdata package, not from whatever the system has: a rule that is a year old asks clients
an hour off. Who keeps the system's up to date says so with PYTHONTZPATH, which the calendar worker is told too.
"""

import os
import zoneinfo

if "PYTHONTZPATH" not in os.environ:
    zoneinfo.reset_tzpath(())
