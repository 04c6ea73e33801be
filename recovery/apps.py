from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    name = "recovery"
    verbose_name = "Recuperación"

    def ready(self) -> None:
        from accounts import contact_hold, middleware
        from recovery import jobs  # noqa: F401  registers what the worker calls
        from recovery.leaving import leave_result
        from recovery.registry_statistics import shown_values

        middleware.BEFORE_PAGE.append(leave_result)
        contact_hold.QUESTION_VALUES.append(shown_values)
