"""What a person reads on a page, cell by cell."""

import re
from html import unescape

from django.http import HttpResponse


def cells_of(response: HttpResponse) -> str:
    """The words of a page with a blank between any two cells."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())
