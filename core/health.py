"""Health: is the process alive, and can it do its work. Says no more than that to strangers."""

from celery import current_app
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError


@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """The process answers. Touches nothing else, so a slow database never gets it restarted."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The database takes writes; without Redis work goes on by sweeping, so that only degrades."""
    database, queue = database_takes_writes(), queue_answers()
    body = {
        "status": "ok" if database and queue else ("degraded" if database else "down"),
        "database": "ok" if database else "down",
        "queue": "ok" if queue else "down",
    }
    return JsonResponse(body, status=200 if database else 503)


def database_takes_writes() -> bool:
    """Ask for a transaction id: a read-only or recovering server refuses to give one."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
            return cursor.fetchone() is not None
    except DatabaseError:
        return False


def queue_answers() -> bool:
    """Connect to the broker, waiting a second at most."""
    try:
        with current_app.connection_for_write(connect_timeout=1) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=1)
        return True
    except (OperationalError, OSError):
        return False
