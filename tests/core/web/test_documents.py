"""Downloads: by kind and role, own practice only, decrypted, audited, named without people."""

import pytest

from core import access
from core.choices import Role
from core.models import AuditEvent, Document, Practice
from core.services.documents import store_document
from tests.cast import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.site")]


@pytest.fixture(autouse=True)
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_document_rules", [])
    access.allow_documents("edi.", {Role.BILLER, Role.MANAGER})
    access.allow_documents("edi.837", {Role.BILLER})


def stored(practice: Practice, kind: str = "edi.837") -> Document:
    return store_document(
        practice=practice, kind=kind, content=b"ISA*00*~", content_type="application/edi-x12",
        label="Batch 0411",
    )  # fmt: skip


def answer_for(practice: Practice, document: Document) -> int:
    """What the practice's biller gets."""
    return client_of(practice, Role.BILLER).get(f"/documents/{document.public_id}/").status_code


def test_the_bytes_come_back_as_a_download(summit: Practice) -> None:
    document = stored(summit)
    answer = client_of(summit, Role.BILLER).get(f"/documents/{document.public_id}/")
    assert answer.content == b"ISA*00*~"
    name = f'attachment; filename="edi.837-{document.public_id}.edi"'
    assert answer["Content-Disposition"] == name
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


def test_each_download_is_kept_in_the_audit_log(summit: Practice) -> None:
    document = stored(summit)
    client_of(summit, Role.BILLER).get(f"/documents/{document.public_id}/")
    event = AuditEvent.objects.get(action="read", subject_kind="core.document")
    assert (event.subject_id, event.note) == (document.pk, "downloaded")


def test_the_narrowest_rule_of_a_kind_decides(summit: Practice) -> None:
    narrow, wide = stored(summit), stored(summit, "edi.835")
    manager = client_of(summit, Role.MANAGER)
    assert manager.get(f"/documents/{wide.public_id}/").status_code == 200
    assert manager.get(f"/documents/{narrow.public_id}/").status_code == 403


def test_a_kind_nobody_wrote_a_rule_for_is_closed(summit: Practice) -> None:
    document = stored(summit, "scan.card")
    assert (
        client_of(summit, Role.BILLER).get(f"/documents/{document.public_id}/").status_code == 403
    )


def test_the_other_practices_document_is_not_there(summit: Practice, lakeside: Practice) -> None:
    document = stored(lakeside)
    assert (
        client_of(summit, Role.BILLER).get(f"/documents/{document.public_id}/").status_code == 404
    )
