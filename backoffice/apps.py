"""App configuration: job handlers, and the roles after `migrate`."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class BackofficeConfig(AppConfig):
    name = "backoffice"
    verbose_name = "Oficina"

    def ready(self) -> None:
        from backoffice import jobs  # noqa: F401  registers the worker's handlers
        from backoffice.roles import put_back_roles

        # Permissions are made app by app after `migrate`; by the turn of Django's own `auth` all of ours exist.
        post_migrate.connect(put_back_roles, sender=apps.get_app_config("auth"))
