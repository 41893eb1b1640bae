"""Columns of a US address, shared by everyone who has one."""

from django.db import models

from core.identifiers import validate_zip
from patients.choices import State


class Address(models.Model):
    """Street, city, state and ZIP. ZIP has five or nine digits, without the dash."""

    address_line1 = models.CharField("address", max_length=55)
    address_line2 = models.CharField("address, second line", max_length=55, blank=True)
    city = models.CharField(max_length=30)
    state_code = models.CharField("state", max_length=2, choices=State.choices)
    zip_code = models.CharField("ZIP code", max_length=9, validators=[validate_zip])

    class Meta:
        abstract = True
