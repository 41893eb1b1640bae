"""Debian packages that Python wheels cannot bring: Pango for PDF, Chromium for browser tests."""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from launcher.console import Console
from launcher.errors import LauncherError
from launcher.layout import Layout

PDF_LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
PDF_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-liberation2")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TRUE_WORDS = ("1", "true", "yes")


def may_install() -> bool:
    """Whether we may install system packages: root, with apt-get, and not told otherwise."""
    forbidden = os.environ.get("CLAIMLINE_NO_APT", "").lower() in TRUE_WORDS
    return os.geteuid() == 0 and shutil.which("apt-get") is not None and not forbidden


def apt_install(packages: Sequence[str]) -> bool:
    """Install Debian packages without asking anything; answers whether that worked."""
    environment = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]

    def run(command: Sequence[str]) -> bool:
        done = subprocess.run(
            list(command),
            env=environment,
            umask=0o022,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return done.returncode == 0

    # Package lists may be missing (a fresh container) or old: refresh them only when needed.
    return run(install) or (run(["apt-get", "update", "-qq"]) and run(install))


def ensure_pdf(layout: Layout, console: Console) -> bool:
    """Make PDF possible where we may; else say the exact line and go on without."""
    if pdf_works():
        return True
    tried = layout.virtual_environment / "tried-pdf-packages"
    if may_install() and not tried.exists():
        tried.touch()  # a machine without a package source must not wait for it at every start
        with console.step("Installing libraries for PDF"):
            apt_install(PDF_PACKAGES)
        if pdf_works():
            return True
    console.say("  PDF is off: libraries are missing. To turn it on, install them and start again:")
    console.say(f"      sudo apt-get install {' '.join(PDF_PACKAGES)}")
    return False


def pdf_works() -> bool:
    """Whether the libraries that WeasyPrint opens and at least one font are there."""
    try:
        for library in PDF_LIBRARIES:
            ctypes.CDLL(library)
    except OSError:
        return False
    return any(next(Path(folder).rglob("*.[to]tf"), None) for folder in FONT_FOLDERS)


def browser() -> str | None:
    """The Chromium that browser tests drive."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def ensure_browser(layout: Layout, console: Console) -> str | None:
    """Install Chromium where we may. Only in CI is its absence a failure."""
    found = browser()
    tried = layout.virtual_environment / "tried-chromium"
    if found is None and may_install() and not tried.exists():
        tried.touch()
        with console.step("Installing Chromium for the browser tests"):
            apt_install(["chromium"])
        found = browser()
    if found is None:
        if os.environ.get("CI", "").lower() in TRUE_WORDS:
            raise LauncherError("Chromium is missing, and in CI the browser tests must run.")
        console.say("  Browser tests will be skipped. To run them: sudo apt-get install chromium")
    return found
