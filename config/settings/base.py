"""What every environment shares. Values that differ come from typed readers in `config.env`."""

import os
import sys
from pathlib import Path

from config import env
from config.logging import configure_structlog, logging_settings

ROOT = Path(__file__).resolve().parent.parent.parent

# --- who we are -------------------------------------------------------------------------------

ENVIRONMENT = "base"
DEBUG = env.flag("CLAIMLINE_DEBUG", False)
DEMO = env.flag("CLAIMLINE_DEMO", False)
CLAIMLINE_DEMO = DEMO
SECRET_KEY = env.secret("CLAIMLINE_SECRET_KEY", "")
ALLOWED_HOSTS = env.words("CLAIMLINE_ALLOWED_HOSTS", "")
# Whether a proxy in front sets the headers that say how, and with which certificate, a caller came.
BEHIND_PROXY = env.flag("CLAIMLINE_BEHIND_PROXY", False)
# The header in which that proxy passes on the SHA-256 of a caller's client certificate.
CLAIMLINE_CLIENT_CERTIFICATE_HEADER = env.text(
    "CLAIMLINE_CLIENT_CERTIFICATE_HEADER", "X-Client-Certificate-Sha256"
)
CSRF_TRUSTED_ORIGINS = env.words("CLAIMLINE_TRUSTED_ORIGINS", "")

# Encryption at rest: {name: 32 bytes}, the first one encrypts. Environments set it.
CLAIMLINE_KEYS: dict[str, bytes] = {}
# Hosts that Claimline may call ("host" or "host:port"); everything else is refused.
CLAIMLINE_OUTBOUND_HOSTS = env.words("CLAIMLINE_OUTBOUND_HOSTS", "")
# Folder drop-offs and other files of this installation live below this folder.
CLAIMLINE_VAR_DIR = Path(env.text("CLAIMLINE_VAR_DIR", str(ROOT / "var")))
# Where this installation is reached from outside; payers' callbacks are told this address.
CLAIMLINE_PUBLIC_URL = env.text("CLAIMLINE_PUBLIC_URL", "")
# The payer simulator of the demo; empty where there is none.
CLAIMLINE_SIMULATOR_URL = env.text("CLAIMLINE_SIMULATOR_URL", "")
CLAIMLINE_SIMULATOR_SFTP = env.text("CLAIMLINE_SIMULATOR_SFTP", "")

INSTALLED_APPS = [
    "core.admin_site.ClaimlineAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "core",
    "patients",
    "coding",
    "claims",
    "billing",
    "desk",
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.RequestIdMiddleware",
    "core.middleware.ContentSecurityPolicyMiddleware",
    "core.middleware.UnstorableTextMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.PracticeMiddleware",
    "core.middleware.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.shell",
            ],
        },
    },
]

# --- data -------------------------------------------------------------------------------------

# Two database roles: the owner changes the schema, the app role
# runs everything else and cannot rewrite ledger or audit. Django migrates the connection named
# "default", so a second entry in DATABASES would need a router and `--database` everywhere, and
# would let any code reach for the stronger role. Instead the process is one or the other from its
# start: schema commands are the owner, all else is the app.
SCHEMA_COMMANDS = frozenset({"migrate", "sqlmigrate", "flush", "sqlflush", "createcachetable"})


def _command_of_this_process() -> str:
    return sys.argv[1] if len(sys.argv) > 1 and sys.argv[0].endswith("manage.py") else ""


def _role_of_this_process() -> str:
    asked = env.text("CLAIMLINE_DB_ROLE", "")
    if asked:
        return env.choice("CLAIMLINE_DB_ROLE", {"owner": 1, "app": 1})
    return "owner" if _command_of_this_process() in SCHEMA_COMMANDS else "app"


# `./run` sets both addresses. Without them a command can still show its help or check the code, and
# what needs the database fails with this address in its message. Production demands them.
DATABASE_ROLE = _role_of_this_process()
MANAGE_COMMAND = _command_of_this_process()
_app = env.database("DATABASE_URL", "postgresql://claimline_app@localhost/claimline")
_owner = env.database("DATABASE_OWNER_URL") if os.environ.get("DATABASE_OWNER_URL") else _app
DATABASE_APP_USER = str(_app["USER"])
DATABASE_OWNER_USER = str(_owner["USER"]) if _owner is not _app else ""
# Migrations grant to and revoke from this role.
DATABASE_APP_ROLE = env.text("DATABASE_APP_ROLE", DATABASE_APP_USER)
DATABASES = {
    "default": {
        **(_owner if DATABASE_ROLE == "owner" else _app),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CELERY_BROKER_URL, _cache = env.redis("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _cache,
        "KEY_PREFIX": "claimline",
    }
}

# --- background work --------------------------------------------------------------------------
# The row is the job: losing every message loses nothing, so messages may be redelivered freely.

CELERY_TASK_DEFAULT_QUEUE = "claimline"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the hard time limit, or a running task would be started a second time.
    "visibility_timeout": 900,
    # Look for lost messages every 5 s; the library's defaults come to about 100 s.
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
CELERY_BEAT_SCHEDULE = {
    # A round that no worker took in time is worth nothing: the next one finds the same rows.
    "sweep what is due": {
        "task": "core.tasks.sweep_due",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "seal the audit log": {
        "task": "core.tasks.seal_audit",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
}

# --- people and sessions ----------------------------------------------------------------------

AUTH_USER_MODEL = "core.User"
LOGIN_URL = "core:sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "core:sign-in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
]

# Fifteen idle minutes end a session; every request starts them anew.
SESSION_COOKIE_AGE = env.whole_number("CLAIMLINE_SESSION_SECONDS", 900, least=60)
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_NAME = "claimline-session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.views.errors.csrf_failure"
CSRF_COOKIE_NAME = "claimline-csrf"

# --- the browser ------------------------------------------------------------------------------

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

STATIC_URL = "/static/"
STATIC_ROOT: Path | None = ROOT / "staticfiles"
STATICFILES_DIRS = [ROOT / "static"]

# What may come in: remittance files of 25 MiB and a margin. Parts above 2.5 MiB go to a file that
# only this account may read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 26 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_PERMISSIONS = 0o600

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

# --- the REST door ----------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["core.api.authentication.ApiTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["core.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.StrictJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttle.KeyThrottle"],
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.Schema",
    "EXCEPTION_HANDLER": "core.api.errors.problem_handler",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Claimline API",
    "DESCRIPTION": "For a practice's own systems: visits, charges and payments in; claims,"
    " remittances, denials and the journal out; events as signed webhooks. Money is US dollars as a"
    " string with two decimals, days are ISO 8601, instants are in UTC.",
    "VERSION": "1.0.0",
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "SERVERS": [{"url": "/", "description": "The practice's Claimline"}],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.api.openapi.complete",
    ],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
}

# --- logging ----------------------------------------------------------------------------------

LOG_FULL_ERRORS = env.flag("CLAIMLINE_LOG_FULL_ERRORS", False)
configure_structlog(full_errors=LOG_FULL_ERRORS)
LOGGING = logging_settings(
    style=env.choice("CLAIMLINE_LOG_STYLE", {"json": 1, "console": 1}, "json"),
    level=env.text("CLAIMLINE_LOG_LEVEL", "INFO"),
    full_errors=LOG_FULL_ERRORS,
)
