"""The web container's health check: asks /livez under a host name that the settings allow."""

import os
import urllib.request

ADDRESS = "http://127.0.0.1:8000/livez"


def host_of(allowed: str) -> str:
    """A host name that `allowed` lets in; ".example.org" stands for example.org and all below."""
    return allowed.split(",", maxsplit=1)[0].strip().lstrip(".")


def main() -> None:
    """Raise, and so end with an error, unless the web server answers with success."""
    host = host_of(os.environ["CLAIMLINE_ALLOWED_HOSTS"])
    request = urllib.request.Request(ADDRESS, headers={"Host": host})
    with urllib.request.urlopen(request, timeout=4):
        pass


if __name__ == "__main__":
    main()
