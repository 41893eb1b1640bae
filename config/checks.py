"""System checks: unsafe production values, and whether the app role really has lesser rights."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from config.safety import PRODUCTION, unsafe_settings


@register(Tags.security)
def production_is_safe(
    app_configs: Sequence[AppConfig] | None, **_options: Any
) -> list[CheckMessage]:
    """List what production must not run with; silent in the other environments."""
    if settings.ENVIRONMENT != PRODUCTION:
        return []
    values = {name: getattr(settings, name, None) for name in dir(settings)}
    return [
        Error(problem.message, hint=problem.fix, id=problem.code)
        for problem in unsafe_settings(values)
    ]


@register(Tags.database)
def app_role_owns_nothing(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **_options: Any,
) -> list[CheckMessage]:
    """Ask the database itself: the role that serves people must not own a table or be superuser."""
    if not databases or settings.DATABASE_ROLE != "app":
        return []
    problems: list[CheckMessage] = []
    for alias in databases:
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper, EXISTS (SELECT FROM pg_tables WHERE tableowner = current_user)"
                " FROM pg_roles WHERE rolname = current_user"
            )
            superuser, owner = cursor.fetchone() or (False, False)
        if superuser or owner:
            problems.append(
                Error(
                    "The application's database role owns tables or is a superuser.",
                    hint="Give DATABASE_URL a role of its own (see docker/database).",
                    id="claimline.E013",
                )
            )
    return problems
