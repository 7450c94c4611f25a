# SPDX-License-Identifier: AGPL-3.0-or-later
"""Configure gunicorn: nothing on a disk, nothing about a person in a log."""

import gc
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import Any

from gunicorn.glogging import Logger

from hedgerow.kernel.errors import HedgerowError
from hedgerow.store.memory import end_with_parent, forbid_dumps, lock_memory


class QuietLogger(Logger):  # type: ignore[misc]  # gunicorn comes without types
    """Log what befalls processes, and nothing of a request: not even who sent a broken one."""

    def warning(self, _message: str, *_values: object, **_keywords: object) -> None:
        """Say nothing: gunicorn's warnings name addresses and quote requests."""

    def exception(self, _message: str, *_values: object, **_keywords: object) -> None:
        """Say that something failed, without the request and its values."""
        super().error("A request or a worker failed outside of the pages.")


workers = 2
threads = 64
worker_class = "gthread"
worker_tmp_dir = "/dev/shm"  # noqa: S108  # nosec -- memory; workers touch a file there to show life
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = "warning"
logger_class = QuietLogger
umask = 0o077
keepalive = 5
timeout = 120
graceful_timeout = 20
preload_app = True
_STACK_BYTES = 256 * 1024
_LOOK_S = 0.5
# What a request leaves behind is mostly freed at once. A worker holds some hundred thousand objects
# for good, and looking through them every few thousand allocations costs a tenth of its time.
_GARBAGE_OBJECTS = 20_000
# A thread that comes back from the database or the disk waits so long for one that computes; a page
# comes back some ten times.
_SWITCH_S = 0.001
threading.stack_size(_STACK_BYTES)


def on_starting(server: Any) -> None:  # noqa: ARG001 -- gunicorn's signature
    """End with the service's parent: nobody could close or renew this one any more."""
    end_with_parent(signal.SIGTERM)
    # What exec resets: the master holds the descriptor too.
    forbid_dumps()


def pre_fork(server: Any, worker: Any) -> None:  # noqa: ARG001 -- gunicorn's signature
    """Let the collector leave alone what all workers share: it is needed until they end."""
    gc.collect()
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:  # noqa: ARG001 -- gunicorn's signature
    """Protect a new worker's memory, which is not inherited over fork, and watch the key."""
    gc.set_threshold(_GARBAGE_OBJECTS, *gc.get_threshold()[1:])
    sys.setswitchinterval(_SWITCH_S)
    end_with_parent(signal.SIGTERM)
    forbid_dumps()
    lock_memory()
    threading.Thread(target=_watch_key, daemon=True).start()


def _watch_key() -> None:
    """Open before the first request comes, and close although none comes."""
    from hedgerow.store.machine import is_open

    while True:
        # What is wrong with the ring is said to whoever types the words, and by the pages.
        with suppress(HedgerowError):
            is_open()
        time.sleep(_LOOK_S)
