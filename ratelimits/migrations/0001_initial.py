"""The model of rate limits moves here from `accounts`. Its table keeps its name: no row is copied."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0003_limits_that_end")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="RateLimit",
                    fields=[
                        ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=30)),
                        ("tat", models.BigIntegerField()),
                        ("refused", models.IntegerField(default=0)),
                        ("refused_at", models.BigIntegerField(default=0)),
                        ("alarm_at", models.BigIntegerField(blank=True, null=True)),
                        ("ends_at", models.BigIntegerField(blank=True, null=True)),
                    ],
                    options={
                        "verbose_name": "límite",
                        "verbose_name_plural": "límites",
                        "db_table": "accounts_budget",
                    },
                ),
            ]
        )
    ]
