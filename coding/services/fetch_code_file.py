"""Fetching an official file from its publisher, where the installation allows that host."""

from pathlib import PurePosixPath
from typing import IO
from urllib.parse import urljoin, urlsplit

import requests

from coding.code_sets.files import BadFile, hash_of
from core.errors import ApplicationError
from core.outbound import HostNotAllowed, check_url

TIMEOUT = (10, 60)
MOST_BYTES = 300_000_000
MOST_REDIRECTS = 3


def fetch_code_file(url: str, into: IO[bytes]) -> str:
    """Write the file at `url` into `into` and return its name.

    Raises ApplicationError where the host (or one that it sends us on to) is not on the list of
    outbound hosts, or where what comes back is no file.
    """
    try:
        with requests.Session() as session:
            session.trust_env = False
            for _ in range(MOST_REDIRECTS + 1):
                check_url(url)
                with session.get(
                    url, timeout=TIMEOUT, allow_redirects=False, stream=True
                ) as answer:
                    if answer.is_redirect:
                        url = urljoin(url, answer.headers.get("Location", ""))
                        continue
                    _keep(answer, into)
                    return PurePosixPath(urlsplit(url).path).name
    except HostNotAllowed as error:
        raise ApplicationError(
            f"{url} may not be fetched: {error}. CLAIMLINE_OUTBOUND_HOSTS names the hosts.",
            field="url",
        ) from error
    except requests.RequestException as error:
        raise ApplicationError(
            f"The file could not be fetched: {type(error).__name__}.", field="url"
        ) from error
    raise ApplicationError("The address leads from one to another without an end.", field="url")


def _keep(answer: requests.Response, into: IO[bytes]) -> None:
    if answer.status_code != requests.codes.ok:
        raise BadFile(f"The publisher answered {answer.status_code}.")
    if "html" in answer.headers.get("Content-Type", "").lower():
        raise BadFile("The publisher sent a web page, not a file: a licence page may stand before.")
    size = 0
    for chunk in answer.iter_content(1 << 16):
        size += len(chunk)
        if size > MOST_BYTES:
            raise BadFile(f"The file is larger than {MOST_BYTES:,} bytes.")
        into.write(chunk)
    into.seek(0)


def check_sha256(file: IO[bytes], wanted: str) -> None:
    """Raise BadFile unless the bytes have this hash."""
    file.seek(0)
    found = hash_of(file)
    file.seek(0)
    if found != wanted.strip().lower():
        raise BadFile(f"The file is not the expected one: its SHA-256 is {found}.")
