from django.apps import AppConfig
from django.db.models.signals import post_migrate


class VaultConfig(AppConfig):
    name = "vault"
    verbose_name = "Bóveda"

    def ready(self) -> None:
        from vault.checks import write_missing_check_values

        post_migrate.connect(write_missing_check_values, sender=self)
