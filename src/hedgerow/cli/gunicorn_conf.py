# SPDX-License-Identifier: AGPL-3.0-or-later
"""Configure gunicorn: nothing on a disk, nothing about a person in a log."""

import threading
from typing import Any

from hedgerow.store.memory import forbid_dumps, lock_memory

workers = 2
threads = 64
worker_class = "gthread"
worker_tmp_dir = "/dev/shm"  # noqa: S108  # nosec -- memory; workers touch a file there to show life
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = "warning"
keepalive = 5
timeout = 120
graceful_timeout = 20
preload_app = True
_STACK_BYTES = 256 * 1024
threading.stack_size(_STACK_BYTES)


def post_fork(server: Any, worker: Any) -> None:  # noqa: ARG001 -- gunicorn's signature
    """Protect a new worker's memory; locking is not inherited over fork."""
    forbid_dumps()
    lock_memory()
