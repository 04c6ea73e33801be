from django.db import migrations

# The index of all words first gathers everybody of a name, and a frequent one is tens of thousands. Every 64th and every
# 8th member have a small index of their own, where a name that fills the list is found at the price of a small registry.
# `backoffice.search` asks in these words; the planner takes an index only for the condition it was made with.
CREATE = """
CREATE INDEX member_name_words_{share} ON accounts_member USING gin (to_tsvector('simple', search_name)) WHERE (id % {share}) = 0"""
DROP = "DROP INDEX IF EXISTS member_name_words_{share}"
SHARES = (64, 8)


def on_postgresql(sql):
    def run(apps, schema_editor):
        for share in SHARES if schema_editor.connection.vendor == "postgresql" else ():
            schema_editor.execute(sql.format(share=share), params=None)  # or its % would be a placeholder

    return run


class Migration(migrations.Migration):
    dependencies = [("backoffice", "0002_name_search"), ("accounts", "0001_initial")]

    operations = [migrations.RunPython(on_postgresql(CREATE), on_postgresql(DROP))]
