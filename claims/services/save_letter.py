"""Letters of the practice's own: each change is a new version (screens S25)."""

from typing import Any

from django.db import IntegrityError, transaction

from claims.denials.letters import unknown_fields
from claims.models import LetterTemplate, LetterVersion
from core import audit
from core.errors import ApplicationError
from core.models import Practice
from patients.models import Payer


def save_letter(
    *,
    practice: Practice,
    name: str,
    body: str,
    category: str = "",
    payer: Payer | None = None,
    is_active: bool = True,
    template: LetterTemplate | None = None,
    user: Any = None,
) -> LetterTemplate:
    """Keep a letter; other words are a new version. Raises ApplicationError at `body` for a field
    that no letter has, at `name` for one that is taken.
    """
    unknown = unknown_fields(body)
    if unknown:
        raise ApplicationError(f"There is no field {{{{{unknown[0]}}}}}.", field="body")
    text = body.strip().replace("\r\n", "\n")
    if not text:
        raise ApplicationError("The letter is empty.", field="body")
    columns: dict[str, Any] = {
        "name": " ".join(name.split()), "category": category, "payer": payer,
        "is_active": is_active,
    }  # fmt: skip
    try:
        with transaction.atomic():
            if template is None:
                template = LetterTemplate.objects.create(practice=practice, **columns)
                number = 0
            else:
                LetterTemplate.objects.filter(pk=template.pk).update(**columns)
                template.refresh_from_db()
                number = template.newest.number
            if number == 0 or template.newest.body != text:
                LetterVersion.objects.create(
                    practice=practice, template=template, number=number + 1, body=text,
                    made_by=user,
                )  # fmt: skip
            audit.record("letter.saved", subject=template, after={"version": number + 1})
    except IntegrityError:
        raise ApplicationError("Another letter has this name.", field="name") from None
    return template
