from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    name = "recovery"
    verbose_name = "Recuperación"

    def ready(self) -> None:
        from accounts import middleware, registry
        from recovery import jobs  # registers what the worker calls
        from recovery.leaving import leave_result

        registry.after_import.append(jobs.queue_figures)
        middleware.BEFORE_PAGE.append(leave_result)
