"""The demo and development on one machine: embedded engines, the payer simulator, plain HTTP."""

from config.settings.base import *

ENVIRONMENT = "local"
DEMO = CLAIMLINE_DEMO = env.flag("CLAIMLINE_DEMO", True)
SECRET_KEY = SECRET_KEY or "insecure-local-key-replaced-by-run-with-a-random-one"
CLAIMLINE_KEYS = env.keyring("CLAIMLINE_KEYS", "local:bG9jYWwta2V5LW5vdC1zZWNyZXQtbG9jYWwta2V5LSE=")
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "localhost", "127.0.0.1", "[::1]"]
CLAIMLINE_OUTBOUND_HOSTS = env.words("CLAIMLINE_OUTBOUND_HOSTS", "127.0.0.1,localhost")

# Browsers share cookies between ports; a second stack must not sign the first one's people out.
_suffix = env.text("CLAIMLINE_COOKIE_SUFFIX", "")
SESSION_COOKIE_NAME = f"{SESSION_COOKIE_NAME}{_suffix}"
CSRF_COOKIE_NAME = f"{CSRF_COOKIE_NAME}{_suffix}"

# No collectstatic step: files are served from where they lie.
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
LOGGING = logging_settings(
    style=env.choice("CLAIMLINE_LOG_STYLE", {"json": 1, "console": 1}, "console"),
    level=env.text("CLAIMLINE_LOG_LEVEL", "INFO"),
    full_errors=LOG_FULL_ERRORS,
)
