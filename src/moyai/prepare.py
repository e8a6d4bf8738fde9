"""What happens between the writer's start and the first request: schemas brought up to date, the sample loaded once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from moyai.errors import NewerData
from moyai.settings import Settings

Progress = Callable[[str, int, int], None]
"""``(step, done, total)``"""


def migrate_office() -> None:
    """Bring the office's database to this program's schema; nothing happens where it is there already.

    Raises NewerData for a database of a newer program.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    known = set(executor.loader.disk_migrations)
    ours = {app for app, _ in known}
    newer = sorted(each for each in executor.loader.applied_migrations if each[0] in ours and each not in known)
    if newer:
        raise NewerData(
            "office.sqlite3 は新しい版の Moyai のデータです（"
            + "、".join(f"{app}.{name}" for app, name in newer[:3])
            + "）。新しい版で開始するか、この版で取ったバックアップを復元してください。"
        )
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


def finish_what_a_crash_left() -> None:
    """Office and tenants agree again on every version that was being accepted."""
    from moyai.office.datasets import actions

    actions.resume_interrupted()


def load_sample(using: Settings, progress: Progress) -> None:
    """The sample region, once in the life of a data folder: neither after `sample remove` nor after `--empty`."""
    note = using.data / "sample-region"
    if note.exists():
        return
    if not using.empty:
        _load(using, progress)
    note.write_text("empty\n" if using.empty else "loaded\n")


def _load(using: Settings, progress: Progress) -> None:
    from moyai.intake import sample
    from moyai.office.accounts import sample as people
    from moyai.office.datasets import sample as data
    from moyai.office.region import actions

    progress("地域を読み込んでいます", 0, 2)
    region = sample.region()
    actions.load_region(by=None, region=region)
    progress("地域を読み込んでいます", 1, 2)
    people.load([region.prefecture.code, *(town.code for town in region.municipalities)], data=using.data)
    progress("地域を読み込んでいます", 2, 2)
    data.load(progress=lambda done, total: progress("オープンデータを取り込んでいます", done, total))


def write_welcome(using: Settings) -> None:
    """Leave for the supervisor, which knows no Django, what it tells people about the sample sign-ins."""
    from moyai.office.accounts import sample as people

    welcome_file(using).touch(mode=0o600)
    welcome_file(using).write_text(people.for_printing(using.data))


def welcome_file(using: Settings) -> Path:
    return using.run / "welcome.txt"


def remove_samples(using: Settings) -> dict[str, int]:
    """Every sample organisation, account and record; how many of each."""
    from moyai.office.accounts import sample as people
    from moyai.office.base import broker
    from moyai.office.datasets import actions as datasets

    removed = people.remove(data=using.data)
    for tenant in removed.organisations:
        broker.remove_tenant(tenant)
    datasets.sweep_files()
    return {
        "団体": len(removed.organisations),
        "利用者": removed.people,
        "職": removed.posts,
        "APIキー": removed.keys,
    }
