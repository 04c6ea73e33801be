"""The model of rate limits moves to `ratelimits`; its table stays as it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_limits_that_end"), ("ratelimits", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(
                    name="Budget",
                ),
            ]
        )
    ]
