"""All settings, in one file. Everything that differs between machines comes from the environment (env.py).

With DEBUG on (the default, for a fresh clone) what is missing is filled in for one machine: the embedded
servers of `make run` and a secret key of its own. With DEBUG off nothing is guessed: a missing setting ends the start.
Every variable is described in docs/configuration.md, which a test holds against this file.
"""

import json
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from moderation import embedded, env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).resolve()

DEBUG = env.flag("DEBUG", True)
SECRET_KEY = env.text("SECRET_KEY", embedded.secret_key(DATA_DIR) if DEBUG else None)
# Draws the random slice. Changing it changes future draws only: a draw is stored with its group.
SAMPLING_KEY = env.text("SAMPLING_KEY", SECRET_KEY)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]" if DEBUG else None)
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", "")
HTTPS = env.flag("HTTPS", not DEBUG)

INSTALLED_APPS = [
    "moderation.apps.ModerationConfig",
    "labeling.apps.LabelingConfig",
    "ml.apps.MlConfig",
    "moderation.apps.WinnowAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgvector.django",
    "pgtrigger",
    "django_htmx",
    "template_partials",
    "axes",
    "auditlog",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "moderation.middleware.never_cached",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "moderation.urls"
WSGI_APPLICATION = "moderation.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]

# A worker thread keeps its connection, and finds out at once when the server has been restarted.
DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL", embedded.database_url(DATA_DIR) if DEBUG else None),
        conn_max_age=600,
        conn_health_checks=True,
    )
}
if env.flag("PREPARED_STATEMENTS", True):
    # Planned once per connection: a label costs half the processor time. Off behind a pooler that cannot keep them.
    DATABASES["default"].setdefault("OPTIONS", {}).update({"server_side_binding": True, "prepare_threshold": 5})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "labeling.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "labeling.access.RoleBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

# Five wrong passwords lock this name from this address for a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "locked_out.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
# Both would be whatever a browser says of itself.
AUDITLOG_DISABLE_REMOTE_ADDR = True
AUDITLOG_CID_HEADER = None

CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", embedded.broker_url(DATA_DIR) if DEBUG else None)

# Images live behind Django's storage API: an object store is a setting, not a change of code.
STORAGES = {
    "default": {
        "BACKEND": env.text("STORAGE_BACKEND", "django.core.files.storage.FileSystemStorage"),
        "OPTIONS": json.loads(
            env.text("STORAGE_OPTIONS", json.dumps({"location": str(DATA_DIR / "images"), "base_url": None}))
        ),
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "moderation.static_files.MinifiedStaticFilesStorage"
    },
}
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]

# One file of at most this many bytes, and one picture of at most this many pixels over all its frames, is decoded.
MAX_IMAGE_BYTES = env.integer("MAX_IMAGE_BYTES", 50_000_000, minimum=1)
MAX_IMAGE_PIXELS = env.integer("MAX_IMAGE_PIXELS", 100_000_000, minimum=1)
DATA_UPLOAD_MAX_NUMBER_FILES = 1000

# How many pictures the demo has that fills an empty trial.
DEMO_PICTURES = env.integer("DEMO_PICTURES", 600, minimum=1)

# Whose sentences stand beside images that are not the demo's: a captioner of BLIP's class, from the hub (after
# `manage.py fetch_models`) or in a folder.
CAPTION_MODEL = env.text("CAPTION_MODEL", "Salesforce/blip-image-captioning-base")

LANGUAGE_CODE = "en"
# English, and whatever somebody has put into locale/, named as in the browser's own settings: locale/de/LC_MESSAGES/…
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGES = [(code, code) for code in sorted({"en", *(path.name for path in LOCALE_PATHS[0].glob("*"))})]
TIME_ZONE = "UTC"
USE_TZ = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # data: for the icons in Django admin's stylesheet
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if env.flag("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
