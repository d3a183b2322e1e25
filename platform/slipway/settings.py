"""Every setting of Slipway. What differs between installations comes from the environment: see docs/operating.md."""

from pathlib import Path
from urllib.parse import urlsplit

import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from slipway import databases, env, secrets
from slipway.preview.names import Domain
from slipway.sandboxes.policy import FILE, Policy, load

PROJECT = Path(__file__).resolve().parents[2]
HOME = env.folder("SLIPWAY_HOME", PROJECT / ".slipway")
LESSONS = env.folder("SLIPWAY_LESSONS", PROJECT / "lessons")

DEBUG = env.boolean("SLIPWAY_DEBUG", default=False)
SECRET_KEY = secrets.secret_key(HOME)
PUBLIC_URL = env.text("SLIPWAY_URL", "http://localhost:8000").rstrip("/")
_PUBLIC = urlsplit(PUBLIC_URL)
IS_HTTPS = _PUBLIC.scheme == "https"
ALLOWED_HOSTS = [_PUBLIC.hostname or "localhost", *env.words("SLIPWAY_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "slipway.accounts",
    "slipway.courses",
    "slipway.sandboxes",
    "slipway.grading",
    "slipway.study",
    "slipway.terminal",
    "slipway.files",
    "slipway.preview",
    "slipway.pages",
    "slipway.gradebook",
    "slipway.api",
    "allauth",
    "allauth.account",
    "channels",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "slipway.pages.middleware.UnavailableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "slipway.accounts.middleware.InterfaceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "slipway.urls"
ASGI_APPLICATION = "slipway.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "slipway.pages.context.page",
            ]
        },
    }
]

# Previews --------------------------------------------------------------------------------------------------------

# Without an address there are none: nobody can know whether a name has others below it.
PREVIEW_URL = env.text("SLIPWAY_PREVIEW_URL", "").rstrip("/")
PREVIEW_SHARE_SECONDS = env.integer("SLIPWAY_PREVIEW_SHARE_SECONDS", 60 * 60, minimum=1)
try:
    PREVIEW_DOMAIN = Domain.of(PREVIEW_URL) if PREVIEW_URL else None
except ValueError as error:
    raise ImproperlyConfigured(f"SLIPWAY_PREVIEW_URL: {error}") from error
# The pages that may show a preview; people reach the loopback by its number, too.
PREVIEW_FRAMES_BY = [PUBLIC_URL]
if _PUBLIC.hostname == "localhost":
    PREVIEW_FRAMES_BY.append(PUBLIC_URL.replace("localhost", "127.0.0.1", 1))

# Storage ---------------------------------------------------------------------------------------------------------

DATABASES = {"default": databases.parse(env.text("SLIPWAY_DATABASE_URL", f"sqlite:///{HOME / 'db.sqlite3'}"))}
REDIS_URL = env.text("SLIPWAY_REDIS_URL", f"unix://{HOME / 'run' / 'redis.sock'}?db=0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
CHANNEL_LAYERS = {
    "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}
}
# Sessions lie in the database, so that nobody is signed out when Redis is lost.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90

# People ----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "catalogue"
ACCOUNT_LOGOUT_REDIRECT_URL = "catalogue"
ACCOUNT_ADAPTER = "slipway.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False  # a guest is signed in, and may still sign in or up
ACCOUNT_PREVENT_ENUMERATION = False  # names are known here anyway: graders see them
ACCOUNT_SESSION_REMEMBER = True
# A whole class comes from one address.
ACCOUNT_RATE_LIMITS = {
    "guest": "120/h/ip",
    "signup": "60/m/ip",
    "login": "120/m/ip",
    "search": "30/m/user",
    "search_without_account": "120/m/ip",
}

# Mail ------------------------------------------------------------------------------------------------------------

_CONSOLE = "django.core.mail.backends.console.EmailBackend"
EMAIL_HOST = env.text("SLIPWAY_EMAIL_HOST", "")
EMAIL_PORT = env.integer("SLIPWAY_EMAIL_PORT", 587, minimum=1)
EMAIL_HOST_USER = env.text("SLIPWAY_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("SLIPWAY_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env.boolean("SLIPWAY_EMAIL_STARTTLS", default=EMAIL_PORT == 587)  # noqa: PLR2004  (submission)
EMAIL_USE_SSL = env.boolean("SLIPWAY_EMAIL_TLS", default=EMAIL_PORT == 465)  # noqa: PLR2004  (submission over TLS)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("SLIPWAY_EMAIL_FROM", "") or f"Slipway <slipway@{_PUBLIC.hostname or 'localhost'}>"
_BY_HOST = "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else _CONSOLE
EMAIL_BACKEND = env.text("SLIPWAY_EMAIL_BACKEND", "") or _BY_HOST
# What is printed on a console reaches nobody.
CAN_MAIL = EMAIL_BACKEND != _CONSOLE

# Language and time -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
# Of the pages; lessons have languages of their own. The same as accounts.models.Interface, which a test compares.
LANGUAGES = [("en", "English"), ("hi", "हिन्दी")]
LANGUAGE_COOKIE_NAME = "interface"
LOCALE_PATHS = [PROJECT / "platform" / "slipway" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("SLIPWAY_TIME_ZONE", "UTC")

# Files -----------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [PROJECT / "static"]
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "slipway.staticfiles.ModuleManifestStorage"},
}

# Security --------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "frame-src": [PREVIEW_DOMAIN.pattern if PREVIEW_DOMAIN else NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
# Learners' pages on names below this one could set others' cookies, but none that begins so.
_OF_THIS_HOST = "__Host-" if IS_HTTPS and PREVIEW_DOMAIN else ""
SESSION_COOKIE_NAME = f"{_OF_THIS_HOST}sessionid"
CSRF_COOKIE_NAME = f"{_OF_THIS_HOST}csrftoken"
SECURE_SSL_REDIRECT = IS_HTTPS  # a proxy in front that ends TLS needs SLIPWAY_BEHIND_PROXY, or this goes in circles
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.boolean("SLIPWAY_BEHIND_PROXY", default=False) else None
)

# Sandboxes -------------------------------------------------------------------------------------------------------

ENGINE_NAME = env.text("SLIPWAY_ENGINE_NAME", "local")
ENGINE_SOCKET = env.text("SLIPWAY_ENGINE_SOCKET", str(HOME / "run" / "engine" / "engine.sock"))
POOL_SIZE = env.integer("SLIPWAY_POOL_SIZE", 2)
POOL_MOST = env.integer("SLIPWAY_POOL_MOST", 12)
MACHINES_PER_PERSON = env.integer("SLIPWAY_MACHINES_PER_PERSON", 2)
MACHINES_PER_COURSE = env.integer("SLIPWAY_MACHINES_PER_COURSE", 0)
OVERCOMMIT = env.integer("SLIPWAY_OVERCOMMIT", 8, minimum=1)
MEMORY_RESERVE_MEBIBYTES = env.integer("SLIPWAY_MEMORY_RESERVE_MEBIBYTES", 768)
DISK_RESERVE_MEBIBYTES = env.integer("SLIPWAY_DISK_RESERVE_MEBIBYTES", 4096)
STARTS_AT_ONCE = env.integer("SLIPWAY_STARTS_AT_ONCE", 0)
POLICIES = load(
    HOME / FILE,
    Policy(
        memory_mebibytes=env.integer("SLIPWAY_SANDBOX_MEMORY_MEBIBYTES", 768, minimum=256),
        pids=env.integer("SLIPWAY_SANDBOX_PIDS", 512, minimum=128),
    ),
)
SANDBOX_IDLE_MINUTES = env.integer("SLIPWAY_SANDBOX_IDLE_MINUTES", 60, minimum=1)
SANDBOX_CAP_MINUTES = env.integer("SLIPWAY_SANDBOX_CAP_MINUTES", 480, minimum=1)
SANDBOX_PACK_DAYS = env.integer("SLIPWAY_SANDBOX_PACK_DAYS", 14)
SANDBOX_NOTICE_DAYS = env.integer("SLIPWAY_SANDBOX_NOTICE_DAYS", 7, minimum=1)
# Whoever is away for a day is not told of a removal.
SANDBOX_KEEP_DAYS = env.integer("SLIPWAY_SANDBOX_KEEP_DAYS", 90, minimum=SANDBOX_NOTICE_DAYS + 1)
SNAPSHOTS = env.integer("SLIPWAY_SNAPSHOTS", 8)

# Logging ---------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("SLIPWAY_LOG_LEVEL", "INFO")},
    # A line for each of the ticks that keep the pool and look after the machines would hide everything else.
    "loggers": {name: {"level": "WARNING"} for name in ("celery.worker.strategy", "celery.app.trace")},
}
# One way out for all of it: structlog's events go through the loggers above, with their names and levels.
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(key_order=["event"]),
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
)
