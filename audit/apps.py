from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "Auditoría"

    def ready(self) -> None:
        from audit.triggers import put_back_triggers

        post_migrate.connect(put_back_triggers, sender=self)
