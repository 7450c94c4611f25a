# SPDX-License-Identifier: AGPL-3.0-or-later
"""Set Django up: few applications, no sessions or users of its own, nothing kept in clear.

What may differ between instances stands in `instance.json` or in the environment:
HEDGEROW_HOME (folder of the instance), HEDGEROW_DATABASE_URL, HEDGEROW_EXIT_URL.
"""

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from hedgerow.site.databases import database
from hedgerow.site.logs import configure
from hedgerow.site.rooms import installed_rooms, room_apps, room_middleware
from hedgerow.site.secret import drawn_key
from hedgerow.store.instance import Instance, load

HEDGEROW_HOME = Path(os.environ.get("HEDGEROW_HOME", "instance"))
HEDGEROW_INSTANCE = load(HEDGEROW_HOME) or Instance()
HEDGEROW_ROOMS = installed_rooms(HEDGEROW_INSTANCE.rooms)
# Asked before each request that is not public; a test sets a function of its own.
HEDGEROW_IS_OPEN: str | Callable[[], bool] = "hedgerow.store.machine.is_open"
HEDGEROW_SHOW_PARTS = HEDGEROW_INSTANCE.demo
HEDGEROW_EXIT_URL = os.environ.get("HEDGEROW_EXIT_URL", "https://www.wikipedia.org/")

DEBUG = False
SECRET_KEY = drawn_key()
_HOSTS = [urlsplit(address).hostname or "" for address in HEDGEROW_INSTANCE.addresses]
ALLOWED_HOSTS = sorted({*_HOSTS, "127.0.0.1", "localhost"})
CSRF_TRUSTED_ORIGINS = [one for one in HEDGEROW_INSTANCE.addresses if one.startswith("https:")]
USE_X_FORWARDED_HOST = False

INSTALLED_APPS = [
    "django.forms",
    "csp",
    "hedgerow.store",
    "hedgerow.site",
    *room_apps(HEDGEROW_ROOMS),
]
MIDDLEWARE = [
    "hedgerow.site.middleware.Headers",
    "hedgerow.site.middleware.Assets",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "hedgerow.site.middleware.Padding",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "hedgerow.site.middleware.Guard",
    "django.middleware.csrf.CsrfViewMiddleware",
    *room_middleware(HEDGEROW_ROOMS),
    "hedgerow.site.middleware.Errors",
]
ROOT_URLCONF = "hedgerow.site.urls"
WSGI_APPLICATION = "hedgerow.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": database(HEDGEROW_HOME, url=os.environ.get("HEDGEROW_DATABASE_URL", ""))}
# The local-memory cache would hold what a page said after the page is gone.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.template.context_processors.i18n",
                "hedgerow.site.context.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "hedgerow.site.templatetags.hedgerow",
            ],
        },
    }
]
FORM_RENDERER = "hedgerow.site.forms.Renderer"

# Languages: a cookie decides, then the browser; no address carries a language.
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
_NAMES = {"en": "English", "ru": "Русский", "uk": "Українська"}
LANGUAGES = [(code, _NAMES[code]) for code in HEDGEROW_INSTANCE.languages]
LANGUAGE_CODE = HEDGEROW_INSTANCE.languages[0]
LANGUAGE_COOKIE_NAME = "__Host-language"
FORMAT_MODULE_PATH = ["hedgerow.site.formats"]

# The CSRF cookie is "Lax": with "Strict" a link from a messenger would arrive without the
# cookie, a new one would be set, and a form open in another tab would be refused.
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "hedgerow.site.views.csrf_failure"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# With "no-referrer" browsers send "Origin: null", and every form is refused.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600

# The only handler seals each piece of a file as it arrives: no temporary file, ever.
FILE_UPLOAD_HANDLERS = ["hedgerow.store.uploads.SealingUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
# Beyond ten the handler takes no more, and the page says so beside all that was typed; a form of
# so many parts is none of ours, and is not read at all.
DATA_UPLOAD_MAX_NUMBER_FILES = 100

ADMINS: list[str] = []
# Django's own configuration would mail errors, with what people typed, to administrators.
LOGGING_CONFIG = None
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"places": {"()": "hedgerow.site.logs.PlaceFormatter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "places", "level": "WARNING"}
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # What people mistype is nobody's business, and a flood of it would fill a journal.
    "loggers": {name: {"level": "ERROR"} for name in ("django.request", "django.security.csrf")},
}
configure(LOGGING)
