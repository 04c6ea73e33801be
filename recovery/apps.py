from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    name = "recovery"
    verbose_name = "Recuperación"

    def ready(self) -> None:
        from accounts import registry
        from recovery import jobs  # registers what the worker calls

        registry.after_import.append(jobs.queue_figures)
