"""Bytes are kept encrypted and hashed, and come back as they went in, or not at all."""

import pytest
from cryptography.exceptions import InvalidTag

from core import keyring
from core.errors import ApplicationError
from core.models import Document, DocumentBlob, Practice
from core.services.documents import read_document, store_document

pytestmark = pytest.mark.django_db
SECRET = b"CLP*SFM1001*1*390~"


def kept(practice: Practice) -> Document:
    return store_document(
        practice=practice,
        kind="remittance",
        content=SECRET,
        content_type="application/edi-x12",
        label="835 as received",
    )


def test_comes_back_byte_for_byte_and_is_not_readable_at_rest(summit: Practice) -> None:
    document = kept(summit)
    assert read_document(document) == SECRET
    assert SECRET not in bytes(DocumentBlob.objects.get().ciphertext)
    assert document.file_name == f"remittance-{document.public_id}.edi"


def test_bytes_moved_to_another_row_do_not_open(summit: Practice) -> None:
    first, second = kept(summit), kept(summit)
    DocumentBlob.objects.filter(document=first).update(ciphertext=second.blob.ciphertext)
    first.refresh_from_db()
    with pytest.raises(InvalidTag):
        read_document(first)


def test_a_document_whose_hash_was_changed_is_refused(summit: Practice) -> None:
    document = kept(summit)
    document.sha256 = "0" * 64
    with pytest.raises(ApplicationError, match="does not match"):
        read_document(document)


def test_old_keys_still_open_what_they_sealed_and_missing_keys_say_so(
    settings: object,
) -> None:
    old, new = bytes(range(32)), bytes(range(1, 33))
    settings.CLAIMLINE_KEYS = {"k1": old}  # type: ignore[attr-defined]
    sealed = keyring.seal_text("whsec_demo", bound_to="credential")
    settings.CLAIMLINE_KEYS = {"k2": new, "k1": old}  # type: ignore[attr-defined]
    assert keyring.open_text(sealed, bound_to="credential") == "whsec_demo"
    assert keyring.seal_text("again").startswith("k2:")
    settings.CLAIMLINE_KEYS = {"k2": new}  # type: ignore[attr-defined]
    with pytest.raises(keyring.KeyMissing):
        keyring.open_text(sealed, bound_to="credential")
