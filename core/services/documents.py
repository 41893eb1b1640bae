"""Keeping bytes: hashed, encrypted, and linked to what they belong to (DESIGN 3.6)."""

import hashlib
from typing import Any

from django.db import models, transaction

from core import keyring
from core.errors import ApplicationError
from core.models.document import Document, DocumentBlob
from core.subjects import kind_of


def store_document(
    *,
    practice: Any,
    kind: str,
    content: bytes,
    content_type: str,
    label: str,
    subject: models.Model | None = None,
) -> Document:
    """Keep `content` as it is. The hash is of the plain bytes; the blob is bound to the row."""
    with transaction.atomic():
        document = Document.everywhere.create(
            practice=practice,
            kind=kind,
            label=label,
            content_type=content_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            subject_kind=kind_of(subject) if subject else "",
            subject_id=subject.pk if subject else None,
        )
        key_id, sealed = keyring.encrypt(content, bound_to=document.public_id.bytes)
        DocumentBlob.objects.create(document=document, key_id=key_id, ciphertext=sealed)
    return document


def read_document(document: Document) -> bytes:
    """The plain bytes. Raises ApplicationError when they are not the bytes that were stored."""
    blob = document.blob
    content = keyring.decrypt(
        blob.key_id, bytes(blob.ciphertext), bound_to=document.public_id.bytes
    )
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise ApplicationError("The stored file does not match its hash.")
    return content


def link_document(document: Document, subject: models.Model) -> None:
    """Name the subject of a document that was stored before its subject was known."""
    Document.everywhere.filter(pk=document.pk).update(
        subject_kind=kind_of(subject), subject_id=subject.pk
    )
