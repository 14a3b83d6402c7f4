"""A hub that kills itself at a named step of a mail's way: `mail_process STEP TIMES ARGUMENTS…`.

The steps are wrapped from outside, after everything is loaded; the hub itself knows nothing of faults.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

STEPS = {
    "before the envelope's commit": ("connectors.email.entrance.acceptor", "accept_all", "before"),
    "after the envelope's commit": ("connectors.email.entrance.acceptor", "accept_all", "after"),
    "after the claim": ("inbox.ingest", "process_envelopes", "before"),
    "while it is read": ("inbox.ingest", "_understand", "before"),
    "after its files are kept": ("inbox.ingest", "_understand", "after"),
    "before the final commit": ("inbox.ingest", "finish", "after"),
    "after the final commit": ("inbox.ingest", "process_envelopes", "after"),
}
"""Module, function, and on which side of its call the process ends."""


def kill_at(step: str, times: int) -> None:
    """Have this process end without warning when it comes to the step for the `times`-th time."""
    module_name, name, side = STEPS[step]
    module: Any = __import__(module_name, fromlist=[name])
    real: Callable[..., Any] = getattr(module, name)
    lock, passed = threading.Lock(), [0]

    def count() -> None:
        with lock:
            passed[0] += 1
            if passed[0] == times:
                os.kill(os.getpid(), signal.SIGKILL)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if side == "before":
            count()
        answer = real(*args, **kwargs)
        if side == "after":
            count()
        return answer

    setattr(module, name, wrapped)


if __name__ == "__main__":
    from hub.cli import main, preparing

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    preparing.set_up_django()
    kill_at(sys.argv[1], int(sys.argv[2]))
    sys.exit(main(sys.argv[3:]))
