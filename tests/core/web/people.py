"""Signing in through the page, as a person does."""

from django.test import Client

from core.choices import Role
from core.models import Practice, User
from tests.cast import user_of

PASSWORD = "a-long-enough-test-password"


def person_with_password(practice: Practice, role: Role = Role.BILLER) -> User:
    """A member who can sign in with PASSWORD."""
    user = user_of(practice, role)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, username: str, password: str = PASSWORD, **more: str) -> object:
    """Send the sign-in form."""
    return client.post("/sign-in/", {"username": username, "password": password, **more})
