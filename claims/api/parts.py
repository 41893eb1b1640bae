"""Parts of answers that several resources show."""

from typing import Any

from rest_framework import serializers

from claims.denials.reasons import reason_of
from claims.denials.remarks import remark_words
from core.api.fields import Amount


class PayerOutput(serializers.Serializer):
    """A payer by its id and name."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()


class RemarkOutput(serializers.Serializer):
    """A remark code, and what it says in our words."""

    code = serializers.CharField()
    words = serializers.CharField(help_text="Empty for a code that we have no words for")


class AdjustmentOutput(serializers.Serializer):
    """Why the payer paid less: group, reason, amount, and the reason in our words."""

    group_code = serializers.CharField()
    reason_code = serializers.CharField()
    words = serializers.SerializerMethodField()
    amount = Amount()

    def get_words(self, row: Any) -> str:
        """The reason as a biller says it."""
        return reason_of(row.reason_code).words


def remarks(codes: list[str]) -> list[dict[str, str]]:
    """Remark codes with their words."""
    return [{"code": code, "words": remark_words(code)} for code in codes]
