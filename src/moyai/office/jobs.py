"""The job worker: background tasks from the office's database; figures and half-accepted versions kept up."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from django.core.management import call_command
from django.db import close_old_connections

from moyai.errors import Error
from moyai.office.datasets import actions

log = logging.getLogger(__name__)

_FIGURES_EVERY = 15.0
"""Seconds between two looks at whether a town's data has moved."""
_LEFT_ALONE = timedelta(minutes=2)
"""After which a version that is still being accepted is finished for whoever began it."""
_TASKS_EVERY = 0.5
"""Seconds between two looks into the queue."""


def run() -> None:
    """Until SIGTERM, which lets the task at hand finish."""
    stopping = threading.Event()
    figures = threading.Thread(target=_keep_up, args=(stopping,), name="figures", daemon=True)
    figures.start()
    try:
        call_command("db_worker", queue_name="*", interval=_TASKS_EVERY, startup_delay=False, reload=False, verbosity=0)
    finally:
        stopping.set()
        figures.join()


def _keep_up(stopping: threading.Event) -> None:
    while not stopping.wait(_FIGURES_EVERY):
        try:
            actions.finish_accepting(older_than=_LEFT_ALONE)
            actions.refresh_figures()
        except Error as error:
            # The next look tries again; until then the figures are those of the last time, and say of when.
            log.warning("the figures could not be refreshed: %s", error.detail)
        finally:
            close_old_connections()
