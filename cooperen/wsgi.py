"""WSGI entry point: `granian --interface wsgi cooperen.wsgi:application`."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cooperen.settings")
try:
    _portal = get_wsgi_application()
except ImproperlyConfigured as error:
    sys.exit(f"No se puede empezar: {error}")

from cooperen.request_limits import RequestLimits
from cooperen.start import Refused, refuse_wrong_secrets

application = RequestLimits(_portal)

os.umask(0o077)  # files the server writes (SQLite, downloads) are readable by its own user only
try:
    refuse_wrong_secrets()
except Refused as error:
    sys.exit(f"No se puede empezar: {error}")
