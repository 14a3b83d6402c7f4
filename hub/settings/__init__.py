"""Django's settings, made from the environment; the only place that reads it."""

from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF

from hub import environment

ROOT = Path(__file__).resolve().parent.parent.parent
DATA_DIR = environment.data_dir()
PUBLIC_URL = environment.public_url()
HOST = environment.text("HUB_HOST")
HTTP_PORT = environment.integer("HUB_HTTP_PORT")
SMTP_PORT = environment.integer("HUB_SMTP_PORT")
SMTP_TLS_CERT = environment.text("HUB_SMTP_TLS_CERT")
SMTP_TLS_KEY = environment.text("HUB_SMTP_TLS_KEY")
SMTP_TRUSTED_NETWORKS = environment.networks("HUB_SMTP_TRUSTED_NETWORKS")
DNS_RESOLVER = environment.host_and_port("HUB_DNS_RESOLVER", 53)
MEDIA_PORT = environment.integer("HUB_MEDIA_PORT")
SMTP_RELAY_URL = environment.server_url("HUB_SMTP_RELAY_URL", "smtp", "smtps", "smtp+starttls")
REDIS_URL = environment.server_url("HUB_REDIS_URL", "redis", "rediss", "unix")
PROVIDER_BASE_URLS = environment.provider_base_urls()
ALLOWED_NETWORKS = environment.networks("HUB_ALLOWED_NETWORKS")
WORKER_THREADS = environment.integer("HUB_WORKER_THREADS", 1, 64)
TRUSTED_PROXY = environment.flag("HUB_TRUSTED_PROXY")
LOG_FORMAT = environment.choice("HUB_LOG_FORMAT", "json", "console")
LOG_LEVEL = environment.choice("HUB_LOG_LEVEL", "debug", "info", "warning", "error")

SECRET_KEY = environment.secret_key()
ENCRYPTION_KEYS = environment.encryption_keys()
DEBUG = False
ALLOWED_HOSTS = ["*"]  # Links are made from PUBLIC_URL, never from the Host header.
IS_HTTPS = urlsplit(PUBLIC_URL).scheme == "https"


def _found_connectors() -> list[str]:
    """Channels by folder, then those that other packages announce."""
    folder = ROOT / "connectors"
    own = sorted(f"connectors.{path.parent.name}" for path in folder.glob("*/__init__.py"))
    return own + sorted(entry.value for entry in entry_points(group="omnihub.connectors"))


ROOMS = ["media", "realtime", "inbox"]
CONNECTORS = _found_connectors()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "allauth",
    "allauth.account",
    "hub",
    *ROOMS,
    *CONNECTORS,
]

MIDDLEWARE = [
    "hub.middleware.guard",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hub.middleware.observe",
]

ROOT_URLCONF = "hub.urls"
ASGI_APPLICATION = "hub.asgi.application"
AUTH_USER_MODEL = "hub.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
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

DATABASES: dict[str, Any] = {"default": environment.database()}

REDIS_NAMESPACE = f"hub-{environment.digest_of_keys()}"

if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {
                # One bus group a process needs few connections; the pool's own limit is 100.
                "hosts": [{"address": REDIS_URL, "health_check_interval": 10, "socket_keepalive": True}],
                "prefix": REDIS_NAMESPACE,
            },
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "hub.forgiving_cache.ForgivingCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": REDIS_NAMESPACE,
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

TASKS = {"default": {"BACKEND": "hub.jobs.backend.JobsBackend", "QUEUES": []}}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
FRONTEND_DIST = ROOT / "frontend" / "dist"
STATICFILES_DIRS = [FRONTEND_DIST] if FRONTEND_DIST.is_dir() else []
WHITENOISE_USE_FINDERS = True
MEDIA_DIR = DATA_DIR / "media"

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "hub_session"
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_NAME = "hub_csrf"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_SSL_REDIRECT = False
# Redirecting to HTTPS is the proxy's work; other hosts of the domain are not ours to bind to HTTPS.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
CSRF_FAILURE_VIEW = "hub.failures.forbidden"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/inbox"
ACCOUNT_ADAPTER = "hub.accounts.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# Only wrong passwords are slowed down (hub.accounts.adapter), because an office signs in from one address.
ACCOUNT_RATE_LIMITS = {
    "login": "1000/m/ip",
    # Pauses of half a minute, five minutes, an hour.
    "wrong_for_account_at_address": "5/30s/key,10/5m/key,20/h/key",
    # Wide, so that a stranger elsewhere cannot keep the owner out.
    "wrong_for_account": "50/5m/key,200/h/key",
    "wrong_at_address": "60/m/key,300/h/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if TRUSTED_PROXY else 0

LOGGING_CONFIG = "hub.logs.configure"
LOGGING = {"format": LOG_FORMAT, "level": LOG_LEVEL}
