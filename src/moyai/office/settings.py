"""Django's settings, all derived from ``moyai.settings.current()``."""

from __future__ import annotations

import hashlib
import os
import secrets
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from moyai.settings import current


def adopt() -> None:
    """Make this module the settings of Django in this process and its children."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", __name__)


def _owner_only_folder(path: Path) -> Path:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _secret_key(path: Path) -> str:
    """The installation's secret, made on first use. Several processes may start at once: the first one's is kept."""
    if not path.exists():
        _owner_only_folder(path.parent)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


def _static_version(folder: Path) -> str:
    """A name for this very state of the static files, so that a browser may keep each of them for ever."""
    digest = hashlib.sha256(version("django-allauth").encode())
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if path.is_file():
            stat = path.stat()
            digest.update(f"{path.relative_to(folder)} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:12]


def _database(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # A transaction that will write takes the write lock at its start, so it never fails half way with
            # "database is locked", and what it reads stays true until it commits.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
        # A file, so that tests see the locking that production sees.
        "TEST": {"NAME": path.with_name("test-office.sqlite3")},
    }


def _hosts(public_url: str, allowed: tuple[str, ...]) -> list[str]:
    public = urlsplit(public_url).hostname
    return ["localhost", "127.0.0.1", "[::1]", *([public] if public else []), *allowed]


def _mail(url: str) -> dict[str, Any]:
    """Django's mail settings of ``smtp://user:password@host:587?tls=true``; no sending without a URL."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    use_tls = parse_qs(parts.query).get("tls", ["false"])[0].lower() in {"true", "1", "yes"}
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": use_tls and parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,
    }


_moyai = current()
_here = Path(__file__).parent
_is_https = _moyai.public_url.startswith("https://")

DEBUG = False
# The process that Django runs in has set up its logs already.
LOGGING_CONFIG = None
SECRET_KEY = _secret_key(_moyai.data / "secret-key")
ROOT_URLCONF = "moyai.office.urls"
ASGI_APPLICATION = "moyai.office.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("日本語")), ("en", _("English"))]
LOCALE_PATHS = [_here / "locale"]

DATABASES = {"default": _database(_moyai.office_database)}

INSTALLED_APPS = [
    "moyai.office.base",
    "moyai.office.accounts",
    "moyai.office.region",
    "moyai.office.datasets",
    "moyai.office.home",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "moyai.office.base.proxies.TrustedProxies",
    "django.middleware.security.SecurityMiddleware",
    "moyai.office.base.static_files.StaticFiles",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "moyai.office.accounts.sign_in.ActorMiddleware",
    "moyai.office.base.views.ErrorPages",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_here / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "moyai.office.accounts.sign_in.who_is_here",
                "moyai.office.region.views.frame",
            ]
        },
    }
]

STATICFILES_DIRS = [_here / "static"] if (_here / "static").is_dir() else []
STATIC_URL = f"/static/{_static_version(_here / 'static')}/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

CACHES = {
    "default": {
        # On disk, so that limits of sign-in attempts hold across all processes. Owner-only: entries are pickles.
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": _owner_only_folder(_moyai.data / "cache"),
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

ALLOWED_HOSTS = _hosts(_moyai.public_url, _moyai.allowed_hosts)
CSRF_TRUSTED_ORIGINS = [_moyai.public_url.rstrip("/")] if _moyai.public_url else []
SESSION_COOKIE_SECURE = _is_https
CSRF_COOKIE_SECURE = _is_https
LANGUAGE_COOKIE_SECURE = _is_https
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 60 * 60
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _is_https else 0
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "moyai.office.base.views.csrf_failure"
if _moyai.trusted_proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

AUTH_USER_MODEL = "accounts.Person"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/organisation/"

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
ACCOUNT_ADAPTER = "moyai.office.accounts.sign_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _is_https else "http"
MFA_ADAPTER = "moyai.office.accounts.sign_in.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"add_webauthn": "moyai.office.accounts.passkeys.AddPasskeyForm"}
MFA_TOTP_ISSUER = "Moyai"
# One step of 30 seconds before and after, for clocks that are not quite right.
MFA_TOTP_TOLERANCE = 1
# Browsers themselves allow passkeys without HTTPS on localhost only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _is_https

for _name, _value in _mail(_moyai.smtp_url).items():
    globals()[_name] = _value
DEFAULT_FROM_EMAIL = _moyai.mail_from or "moyai@localhost"

HAS_MAIL = bool(_moyai.smtp_url)
PUBLIC_URL = _moyai.public_url.rstrip("/")


def _has_urls(app: str) -> bool:
    return find_spec(f"moyai.office.{app}.urls") is not None


APPS_WITH_PAGES = [app for app in ("home", "region", "datasets") if _has_urls(app)]
