"""Rate limit rows end with the key they protect; the numbers of members and of hashes are stored in one row."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import migrations, models
from django.db.migrations.state import StateApps

from vault.digests import digest

GIVEN = {"temporary": ("temporary_own", "temporary_others"), "mailed": ("mailed_key",)}
MICROSECOND = timedelta(microseconds=1)
# Without the index for LIKE that comes with a text as primary key, and with room in each page, PostgreSQL updates
# these rows in place (HOT): 0 of 37,076 updates before, 9,240 of 9,240 after.
DROP_LIKE_INDEX = """
DO $$ DECLARE found text; BEGIN
  FOR found IN SELECT indexname FROM pg_indexes
    WHERE schemaname = current_schema() AND tablename = 'accounts_budget' AND indexname ~ '^accounts_budget_id_.*_like$'
  LOOP EXECUTE 'DROP INDEX ' || quote_ident(found); END LOOP;
END $$"""


def make_updates_cheap(apps: StateApps, editor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(DROP_LIKE_INDEX)
        editor.execute("ALTER TABLE accounts_budget SET (fillfactor = 70)")


def end_rows_of_given_keys(apps: StateApps, editor) -> None:
    """A live key's row ends with it; rows whose key is gone or never existed would have stayed for ten years."""
    keys, limits = apps.get_model("accounts", "AccessKey"), apps.get_model("accounts", "Budget")
    now = datetime.now(UTC)
    live = keys.objects.filter(kind__in=GIVEN, ended_at=None, expires_at__gt=now).select_related("member")
    for key in live.iterator():
        ends = (key.expires_at - datetime(1970, 1, 1, tzinfo=UTC)) // MICROSECOND
        subject = f"{key.member.document} {key.pk}"
        ids = [digest("budget", name, subject) for name in GIVEN[key.kind]]
        limits.objects.filter(pk__in=ids).update(ends_at=ends)
    names = [name for found in GIVEN.values() for name in found]
    limits.objects.filter(name__in=names, ends_at=None).delete()


def count(apps: StateApps, editor) -> None:
    """From the first request on the dummy hashes follow the stored keys (`portal_counts.py` counts anew every hour)."""
    from accounts.hashers import parameters_in, parameters_of

    keys, members = apps.get_model("accounts", "AccessKey"), apps.get_model("accounts", "Member")
    hashes: dict[str, dict[str, int]] = {}

    def note(kind: str, parameters: tuple[int, int, int] | None) -> None:
        if parameters:
            text, found = ",".join(map(str, parameters)), hashes.setdefault(kind, {})
            found[text] = found.get(text, 0) + 1

    for kind in ("chosen", "temporary", "initial", "mailed"):
        live = keys.objects.filter(kind=kind, ended_at=None).exclude(sealed="")
        share = max(1, live.count() // 5_000)
        for member_id, sealed in live.annotate(rest=models.F("pk") % share).filter(rest=0).values_list("member_id", "sealed"):
            note(kind, parameters_of(member_id, kind, sealed))
    for password in members.objects.filter(is_staff=True, is_active=True).values_list("password", flat=True):
        note("staff", parameters_in(password.removeprefix("argon2")))
    note("set", settings.ARGON2_PARAMETERS)
    number = members.objects.filter(in_registry=True).count()
    row = {"members": number, "hashes": hashes, "counted_at": datetime.now(UTC)}
    apps.get_model("accounts", "PortalCounts").objects.update_or_create(pk=1, defaults=row)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_no_index_nobody_asks")]
    atomic = True

    operations = [
        migrations.CreateModel(
            name="PortalCounts",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("members", models.PositiveIntegerField(default=0)),
                ("hashes", models.JSONField(default=dict)),
                ("counted_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "conteo del portal",
                "verbose_name_plural": "conteos del portal",
                "default_permissions": (),
            },
        ),
        migrations.RemoveIndex(model_name="budget", name="budget_tat"),
        migrations.AddField(model_name="budget", name="ends_at", field=models.BigIntegerField(blank=True, null=True)),
        migrations.RunPython(make_updates_cheap, migrations.RunPython.noop),
        migrations.RunPython(end_rows_of_given_keys, migrations.RunPython.noop),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
