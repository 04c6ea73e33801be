from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Asociados y claves"

    def ready(self) -> None:
        from accounts import jobs  # noqa: F401  registers the worker's handlers
        from common.sql.wal import switch_on_wal

        post_migrate.connect(switch_on_wal, sender=self)
