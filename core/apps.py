"""The kernel as a Django app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Connects the kernel's own sweeps, checks and access rows."""

    name = "core"
    verbose_name = "Practice and people"

    def ready(self) -> None:
        """Register what the kernel itself sweeps and proves."""
        from core import access, access_rules, jobs, menu, subjects_here, sweeping, verification
        from core.services.deliver_news import deliver_due_news
        from core.services.deliver_webhooks import deliver_due_events
        from core.services.seal_audit import verify_audit
        from core.services.watch_keys import report_ending_api_keys
        from core.webhooks.tell import SWEEP

        access.register("core", access_rules.ACCESS)
        sweeping.register("news", deliver_due_news)
        sweeping.register(jobs.SWEEP, jobs.run_due_jobs)
        sweeping.register("api keys", report_ending_api_keys)
        sweeping.register(SWEEP, deliver_due_events)
        verification.register("audit events", verify_audit)
        subjects_here.register()
