"""What every test stands on: a data folder of its own for each process, and Django ready."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator

import pytest

_data = tempfile.mkdtemp(prefix="moyai-test-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["MOYAI_DATA"] = _data
os.environ["DJANGO_SETTINGS_MODULE"] = "moyai.office.settings"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--forbid-skips", action="store_true", help="a test that is skipped fails the run")


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and session.config.getoption("--forbid-skips"):
        reporter.write_line(f"{len(skipped)} tests were skipped, and --forbid-skips forbids that", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_configure() -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture(autouse=True)
def _no_limits_left_over() -> Iterator[None]:
    from django.core.cache import cache

    yield
    cache.clear()
