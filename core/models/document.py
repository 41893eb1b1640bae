"""Files and messages as received or made, encrypted, with their hash (DESIGN 3.6)."""

from django.db import models

from core import clock
from core.tenancy import PracticeModel


class Document(PracticeModel):
    """One file in or out. The bytes are in the blob; the hash is of the plain bytes."""

    kind = models.CharField(max_length=40)
    label = models.CharField(max_length=120, help_text="For people; never names a patient")
    content_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField(help_text="Bytes before encryption")
    sha256 = models.CharField(max_length=64, db_index=True)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="document_by_subject")]

    def __str__(self) -> str:
        return self.label

    @property
    def file_name(self) -> str:
        """A name for downloads, made from kind and public id, never from people."""
        endings = {"application/pdf": "pdf", "application/edi-x12": "edi", "text/csv": "csv"}
        ending = endings.get(self.content_type, "json" if "json" in self.content_type else "bin")
        test = "TEST-" if self.kind.endswith("-test") else ""
        return f"{test}{self.kind}-{self.public_id}.{ending}"


class DocumentBlob(models.Model):
    """The encrypted bytes of a document, apart so that lists never load them."""

    document = models.OneToOneField(
        Document, primary_key=True, on_delete=models.PROTECT, related_name="blob"
    )
    key_id = models.CharField(max_length=20)
    ciphertext = models.BinaryField()

    def __str__(self) -> str:
        return f"blob of document {self.document_id}"
