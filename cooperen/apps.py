"""App configuration: system checks, and the measurement that runs after an import of members."""

from django.apps import AppConfig


class CooperenConfig(AppConfig):
    name = "cooperen"
    verbose_name = "Portal"

    def ready(self) -> None:
        from cooperen import checks  # noqa: F401  registers the system checks
        from recovery import jobs
        from registry import importing

        importing.after_import.append(jobs.queue_figures)
