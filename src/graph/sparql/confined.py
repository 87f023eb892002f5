"""A command that is held as a worker is: cut off from the network, bounded in memory, gone with its parent.

Run as `python -I confined.py MEMORY_MB COMMAND…`.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_NEW_NETWORK = 0x40000000  # CLONE_NEWNET, which takes a privilege…
_NEW_USER = 0x10000000  # …that CLONE_NEWUSER gives, where anyone may have it


def leave_the_network() -> bool:
    """Move to a network of its own, without any interface that is up; False where the system forbids it.

    The sockets that are open already work on. Only a process of one thread may do this.
    """
    try:
        unshare = ctypes.CDLL(None).unshare
    except (OSError, AttributeError):  # not Linux
        return False
    return unshare(_NEW_NETWORK) == 0 or unshare(_NEW_USER | _NEW_NETWORK) == 0


def main(arguments: list[str]) -> None:
    """Become the command."""
    memory, *command = arguments
    resource.setrlimit(resource.RLIMIT_AS, (int(memory) * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    leave_the_network()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    os.execv(command[0], command)  # noqa: S606 - our own command, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
