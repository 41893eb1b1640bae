"""The kernel as a Django app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Connects the kernel's own sweeps, checks and access rows."""

    name = "core"
    verbose_name = "Practice and people"

    def ready(self) -> None:
        """Register what the kernel itself sweeps and proves."""
        from core import access, access_rules, jobs, menu, sweeping, verification
        from core.services.deliver_news import deliver_due_news
        from core.services.seal_audit import verify_audit

        access.register("core", access_rules.ACCESS)
        sweeping.register("news", deliver_due_news)
        sweeping.register(jobs.SWEEP, jobs.run_due_jobs)
        verification.register("audit events", verify_audit)
