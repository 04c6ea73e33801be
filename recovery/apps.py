from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    name = "recovery"
    verbose_name = "Recuperación"

    def ready(self) -> None:
        from accounts import middleware
        from recovery import jobs  # noqa: F401  registers what the worker calls
        from recovery.leaving import leave_result

        middleware.BEFORE_PAGE.append(leave_result)
