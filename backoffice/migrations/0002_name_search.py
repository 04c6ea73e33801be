from django.db import migrations

# A name is looked up by the beginnings of its words, in any order, among a million: PostgreSQL's own word index does
# that without an extension. SQLite serves small cooperatives and reads the table.
CREATE = "CREATE INDEX member_name_words ON accounts_member USING gin (to_tsvector('simple', search_name))"
DROP = "DROP INDEX IF EXISTS member_name_words"


def on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):
    dependencies = [("backoffice", "0001_initial"), ("accounts", "0001_initial")]

    operations = [migrations.RunPython(on_postgresql(CREATE), on_postgresql(DROP))]
