"""The bot as a program, one thing apart: it may fetch from this machine, whose certificate the tests have made.

That can only be said in code like this; there is no setting for it.
"""

import functools
import os
import ssl
from unittest import mock

from bot import app
from bot.__main__ import main
from bot.outside import IpAddress, Outside


def here(address: IpAddress) -> bool:
    return str(address) in ("127.0.0.1", "::1")


if __name__ == "__main__":
    tls = ssl.create_default_context(cafile=os.environ["TEST_AUTHORITY"])
    with mock.patch.object(app, "Outside", functools.partial(Outside, here, tls)):
        main()
