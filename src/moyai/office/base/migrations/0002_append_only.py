from django.db import migrations

# REPLACE removes a row without firing a DELETE trigger, hence the one on INSERT.
TRIGGERS = {
    "audit_event_is_not_changed": """
        CREATE TRIGGER audit_event_is_not_changed BEFORE UPDATE ON base_auditevent
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
    """,
    "audit_event_is_not_removed": """
        CREATE TRIGGER audit_event_is_not_removed BEFORE DELETE ON base_auditevent
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
    """,
    "audit_event_follows_the_last": """
        CREATE TRIGGER audit_event_follows_the_last BEFORE INSERT ON base_auditevent
        WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM base_auditevent)
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
    """,
}


def create(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        raise NotImplementedError("the audit trail's triggers are written for SQLite")
    for sql in TRIGGERS.values():
        schema_editor.execute(sql)


def drop(apps, schema_editor):
    for name in TRIGGERS:
        schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
