"""The model that carries the permissions of staff has a new name; its permissions keep theirs."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("backoffice", "0003_frequent_names")]

    operations = [migrations.RenameModel("Deed", "StaffAction")]
