"""A person with a sign-in. What they may do is in their memberships, not here."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from core.ids import uuid7


class User(AbstractUser):
    """A user account, the same over all practices."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)

    class Meta:
        db_table = "core_user"
        ordering = ["username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username
