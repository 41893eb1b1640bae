"""`manage.py demo_sign_ins`: who can sign in to the demo practices."""

from typing import Any

from django.core.management.base import BaseCommand

from core.models import Membership, Practice
from desk.demo.cast import PASSWORD


class Command(BaseCommand):
    """Print user names by practice; nothing when there is no demo."""

    help = "Print the sign-ins of the demo practices."

    def handle(self, *args: Any, **options: Any) -> None:
        demo = Practice.objects.filter(is_demo=True).order_by("id")
        if not demo:
            self.stdout.write("There is no demo practice here.")
            return
        self.stdout.write(f"Sign in with the password {PASSWORD} as:")
        for practice in demo:
            rows = Membership.objects.filter(practice=practice, is_active=True).order_by("id")
            members = [
                (row.user.username, row.get_role_display()) for row in rows.select_related("user")
            ]
            self.stdout.write(f"\n  {practice.name}")
            for name, role in members:
                self.stdout.write(f"    {name:<22}{role}")
