"""App configuration: system checks, and what other apps do after an import, a contact change and a start of the worker."""

from django.apps import AppConfig


class CooperenConfig(AppConfig):
    name = "cooperen"
    verbose_name = "Portal"

    def ready(self) -> None:
        from accounts import access_actions
        from cooperen import checks  # noqa: F401  registers the system checks
        from outbox import worker
        from recovery import coverage, jobs
        from registry import importing

        importing.after_import.append(jobs.queue_figures)
        access_actions.after_contact_change.append(coverage.store_one)
        worker.at_start.append(coverage.queue_count)
