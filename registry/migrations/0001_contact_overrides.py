import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactOverride",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=20, verbose_name="dato")),
                ("value", models.CharField(blank=True, max_length=254, verbose_name="valor aprobado")),
                ("core_value", models.CharField(blank=True, max_length=254, verbose_name="valor del núcleo")),
                ("approved_at", models.DateTimeField(verbose_name="aprobado")),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="overrides",
                        to="accounts.contactchange",
                        verbose_name="cambio",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact_overrides",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asociado",
                    ),
                ),
            ],
            options={
                "verbose_name": "dato que el núcleo no tiene",
                "verbose_name_plural": "datos que el núcleo no tiene",
                "default_permissions": (),
                "indexes": [models.Index(fields=["approved_at"], name="override_approved")],
                "constraints": [models.UniqueConstraint(fields=("member", "field"), name="one_override_per_member_and_field")],
            },
        ),
    ]
