"""Production: every secret from the environment, HTTPS only, and a refusal to start unsafe."""

from django.core.exceptions import ImproperlyConfigured

from config.safety import PRODUCTION, unsafe_settings
from config.settings.base import *

ENVIRONMENT = PRODUCTION
env.database("DATABASE_URL")
env.redis("REDIS_URL")
SECRET_KEY = env.secret("CLAIMLINE_SECRET_KEY")
CLAIMLINE_KEYS = env.keyring("CLAIMLINE_KEYS")
ALLOWED_HOSTS = env.words("CLAIMLINE_ALLOWED_HOSTS")

SECURE_SSL_REDIRECT = True
# Health checks come from inside, over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.whole_number("CLAIMLINE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
# Only behind a proxy that sets this header itself and drops what a stranger sends.
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-claimline-session"
CSRF_COOKIE_NAME = "__Host-claimline-csrf"

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

_problems = unsafe_settings(globals())
if _problems:
    raise ImproperlyConfigured(
        "These settings are not safe for production:\n"
        + "\n".join(f"  {problem.message} {problem.fix}" for problem in _problems)
    )
