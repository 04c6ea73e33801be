"""Django settings, read from the environment only (`.env.example` explains each).

A missing or invalid value stops the start with a sentence. No default weakens a security property.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from common.colombia.formats import en_una_linea
from cooperen import env, env_file, style
from cooperen.logs import logs_settings

BASE_DIR = Path(__file__).resolve().parent.parent
# ENV_FILE keeps the demo and the tests from reading the operator's file.
env_file.read(BASE_DIR / ".env")

# --- secrets: all required, none with a default ---------------------------------------------------------------------
SECRET_KEY = env.text("SECRET_KEY")
KEY_SEALS = env.fernet_keys("KEY_SEALS")
DIGEST_KEY = env.fernet_key("DIGEST_KEY")
DECOY_KEY = env.fernet_key("DECOY_KEY")
AUDIT_KEY = env.fernet_key("AUDIT_KEY")

# --- where it runs --------------------------------------------------------------------------------------------------
DEBUG = env.on_off("DEBUG", False)
HTTPS = env.on_off("HTTPS", True)
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")

# --- the cooperative ------------------------------------------------------------------------------------------------
COOP_NAME = env.text("COOP_NAME", "Cooperen")
COOP_NIT = env.text("COOP_NIT", "")
COOP_PHONE = en_una_linea(env.text("COOP_PHONE", "(601) 555 0100"))
COOP_PHONES_OWN = env.names("COOP_PHONES_OWN", "")
COOP_HOURS = en_una_linea(env.text("COOP_HOURS", "lunes a viernes de 8:00 a. m. a 5:00 p. m."))
COOP_COLOR = env.parsed("COOP_COLOR", "#00513b", style.accent)
PORTAL_DOMAIN = env.domain("PORTAL_DOMAIN", "www.cooperen.com")
PORTAL_HOST = PORTAL_DOMAIN.partition(":")[0]

# --- the data-protection notice (Ley 1581 de 2012) --------------------------------------------------------------------
DATA_NOTICE = env.text("DATA_NOTICE", "Usamos sus datos para que consulte su cuenta y recupere su clave. No los vendemos.")
DATA_NOTICE_VERSION = env.text("DATA_NOTICE_VERSION", "1")
DATA_NOTICE_DATE = env.day("DATA_NOTICE_DATE")
DATA_NOTICE_RESPONSIBLE = env.text("DATA_NOTICE_RESPONSIBLE", COOP_NAME)
DATA_NOTICE_CONTACT = env.text("DATA_NOTICE_CONTACT", "")
DATA_NOTICE_AUTHORIZATION = env.text("DATA_NOTICE_AUTHORIZATION", "su oficina, en papel")

# --- policies -------------------------------------------------------------------------------------------------------
RECOVERY_REVEAL = env.choice("RECOVERY_REVEAL", "screen_and_email", ["screen_and_email", "known_device", "email"])
RECOVERY_QUESTIONS = env.text("RECOVERY_QUESTIONS", "")  # does nothing: there are three questions; doctor says so
RECOVERY_COUNTDOWN = env.duration("RECOVERY_COUNTDOWN_SECONDS", timedelta(seconds=120), "seconds", least=60, most=600)
RECOVERY_HOLD = env.duration("RECOVERY_HOLD_HOURS", timedelta(hours=72), "hours", least=72, most=720)
RECOVERY_TIME = env.duration("RECOVERY_MINUTES", timedelta(minutes=45), "minutes", least=30, most=120)
TEMPORARY_KEY_LIFE = env.duration("TEMPORARY_KEY_MINUTES", timedelta(minutes=30), "minutes", least=5, most=30)
INITIAL_KEY_LIFE = env.duration("INITIAL_KEY_DAYS", timedelta(days=30), "days", least=1, most=30)
MAILED_KEY_LIFE = env.duration("MAILED_KEY_HOURS", timedelta(hours=24), "hours", least=1, most=24)
DEVICE_LIFE = env.duration("DEVICE_DAYS", timedelta(days=180), "days", least=1, most=180)
SESSION_IDLE = env.duration("SESSION_IDLE_MINUTES", timedelta(minutes=15), "minutes", least=15, most=60)
SESSION_LIFE = env.duration("SESSION_HOURS", timedelta(hours=8), "hours", least=1, most=8)
CONTACT_PENDING = env.duration("CONTACT_PENDING_DAYS", timedelta(days=15), "days", least=1, most=365)
KEEP_ATTEMPTS = env.duration("KEEP_ATTEMPTS_DAYS", timedelta(days=365), "days", least=30, most=3650)
KEEP_MESSAGES = env.duration("KEEP_MESSAGES_DAYS", timedelta(days=90), "days", least=7, most=3650)
AUDIT_ANCHORS = env.text("AUDIT_ANCHORS", "")
BACKUPS_PATH = env.text("BACKUPS_PATH", "")
# OWASP's smallest set (docs/decisions/0002): memory in KiB, passes, lanes
ARGON2_PARAMETERS = (
    env.integer("ARGON2_MEMORY_KIB", 19456, least=19456, most=1_048_576),
    env.integer("ARGON2_PASSES", 2, least=2, most=20),
    1,
)

HASHES_AT_ONCE = env.integer("HASHES_AT_ONCE", len(os.sched_getaffinity(0)), least=1, most=256)

# --- database, cache, mail ------------------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {"default": env.database("DATABASE_URL")}
DATABASE = DATABASES["default"]
if DATABASE["ENGINE"] == "django.db.backends.sqlite3":
    DATABASE.setdefault("OPTIONS", {}).update(
        timeout=20,  # seconds to wait for the one writer
        transaction_mode="IMMEDIATE",
        init_command="PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    )
    DATABASE["CONN_MAX_AGE"] = 600
    DATABASE["CONN_HEALTH_CHECKS"] = True
else:
    DATABASE["ENGINE"] = "common.sql.postgres"  # checks pooled connections itself
    DATABASE["DISABLE_SERVER_SIDE_CURSORS"] = True  # PgBouncer in transaction mode keeps none beyond a transaction
    # The server has more threads than PostgreSQL should have connections: they share a pool (docs/decisions/0007).
    most = env.integer("DATABASE_CONNECTIONS", 10 + HASHES_AT_ONCE, least=2, most=200)  # the concurrency limit
    # A request gives up after 2 s. psycopg doubles its waits between attempts at a connection; they end after 3 s instead
    # of five minutes, so the portal is back as soon as its database. A server that acknowledges nothing for 5 s is gone.
    DATABASE.setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": most, "timeout": 2, "reconnect_timeout": 3}
    for name, value in {"connect_timeout": 3, "tcp_user_timeout": 5000}.items():  # seconds, milliseconds
        DATABASE["OPTIONS"].setdefault(name, value)

CACHES = {"default": env.cache("CACHE_URL", "locmemcache://")}
vars().update(env.url_setting("EMAIL_URL", "email_url_config", "smtp://127.0.0.1:25"))
if vars()["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "outbox.smtp.EmailBackend"  # waits for the answer after a mail as long as RFC 5321 says
EMAIL_TIMEOUT = 20  # seconds for every other answer
DEFAULT_FROM_EMAIL = env.email("MAIL_FROM", f"no-responder@{PORTAL_HOST.removeprefix('www.')}")

# --- Django ---------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "cooperen.apps.CooperenConfig",
    "vault",
    "audit",
    "outbox",
    "ratelimits",
    "accounts",
    "registry",
    "recovery",
    "statements",
    "backoffice",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "captcha",
]
MIDDLEWARE = [
    "cooperen.request_log.RequestLogMiddleware",
    "cooperen.concurrency.ConcurrencyLimitMiddleware",
    "common.caps.CapMiddleware",
    "accounts.middleware.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cooperen.policy.ContentPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cooperen.health.HealthMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.SessionLimitsMiddleware",
    "accounts.middleware.RealmMiddleware",
]
ROOT_URLCONF = "cooperen.urls"
WSGI_APPLICATION = "cooperen.wsgi.application"
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
                "cooperen.context.portal",
            ],
        },
    },
]
AUTH_USER_MODEL = "accounts.Member"
AUTHENTICATION_BACKENDS = ["accounts.backends.AccessKeyBackend", "accounts.backends.StaffBackend"]
PASSWORD_HASHERS = ["accounts.hashers.StaffPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["document", "first_names", "last_names", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "statements:statement"

LANGUAGE_CODE = "es-co"
TIME_ZONE = "America/Bogota"
USE_I18N = True
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "cooperen.form_renderer.FormRenderer"

# --- the picture with a word (django-simple-captcha) -----------------------------------------------------------------
CAPTCHA_CHALLENGE_FUNCT = "accounts.word_picture.words.word_challenge"
CAPTCHA_FONT_SIZE = 38  # pixels
CAPTCHA_LETTER_ROTATION = (-14, 14)  # degrees; more is hard to read
CAPTCHA_TIMEOUT = int(RECOVERY_TIME.total_seconds() // 60)  # minutes: the picture lives as long as its page

LOGGING = logs_settings(debug=DEBUG, requests=env.on_off("LOG_REQUESTS", True))

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]  # the office's style sheet; member pages carry theirs
STATIC_ROOT = BASE_DIR / "staticfiles"
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o755  # folders of collected files: readable by the server that serves them
WHITENOISE_USE_FINDERS = True

# --- sessions, cookies, headers -------------------------------------------------------------------------------------
SESSION_ENGINE = "accounts.sessions"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_AGE = int(SESSION_LIFE.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-sesion" if HTTPS else "sesion"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# A proxy may pass the host without its port.
CSRF_TRUSTED_ORIGINS = [f"https://{PORTAL_DOMAIN}"] if ":" in PORTAL_DOMAIN else []
CSRF_FAILURE_VIEW = "cooperen.views.page_expired"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^salud/"]  # health checks from this machine use no TLS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# For the whole domain, other sites of the cooperative included: not for the portal to decide.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.on_off("HSTS_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = env.on_off("HSTS_PRELOAD", False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # which ask for the two above
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144  # bytes; the largest form of the portal is under 8 KB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
# No form accepts files: an uploaded file is skipped, kept neither in memory nor on disk.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 0

CONTENT_SECURITY_POLICY = style.content_security_policy(COOP_COLOR)

env.refuse_unknown()  # after the last setting
