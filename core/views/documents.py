"""Downloading a stored file: by kind, by role, decrypted, audited."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from core import access, audit
from core.selectors import documents
from core.services.documents import read_document
from core.views.errors import forbidden
from core.web import get_or_404


@require_GET
def document(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The plain bytes as a download whose name says nothing about people."""
    row = get_or_404(documents(), public_id)
    rule = access.document_rule(row.kind)
    if rule is None or request.role not in rule.roles:  # type: ignore[attr-defined]
        return forbidden(request, roles=rule.roles if rule else ())
    audit.read(row, note="downloaded")
    if rule.patient_ids is not None:
        note = f"document {row.public_id}"
        shown = rule.patient_ids(row)
        audit.read_many(shown, action="file.read", note=note, practice=row.practice)
    response = HttpResponse(read_document(row), content_type=row.content_type)
    response["Content-Disposition"] = f'attachment; filename="{row.file_name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
