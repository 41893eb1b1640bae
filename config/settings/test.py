"""The tests: as the demo, with a fast password hasher and nothing behind a test's back."""

from config.settings.local import *

ENVIRONMENT = "test"
DEBUG = False
DEMO = CLAIMLINE_DEMO = False
SECRET_KEY = "insecure-test-key-that-is-long-enough-for-every-signer-in-here"  # noqa: S105
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Several people may test on one server at once, each with a database of an own name.
DATABASES["default"]["TEST"] = {"NAME": env.text("CLAIMLINE_TEST_DB_NAME", "test_claimline")}
# Tests call sweeps themselves and want their errors; a scenario with a real worker wakes it.
CLAIMLINE_WAKE_WORKERS = env.flag("CLAIMLINE_WAKE_WORKERS", False)
CLAIMLINE_RAISE_IN_SWEEPS = env.flag("CLAIMLINE_RAISE_IN_SWEEPS", True)
WHITENOISE_AUTOREFRESH = True
LOGGING = logging_settings(style="console", level="WARNING", full_errors=True)
