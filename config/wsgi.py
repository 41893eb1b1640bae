"""The door for web servers that speak WSGI (gunicorn, in the demo and in production)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_wsgi_application()

# Models can be imported from here on.
from coding.search.warm import warm_up  # noqa: E402

warm_up()
