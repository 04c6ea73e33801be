from django.db import migrations


class Migration(migrations.Migration):
    # Names are found by `backoffice`'s word indexes, on SQLite by reading the table; this one only slowed the import.
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RemoveIndex(model_name="member", name="member_search_name")]
