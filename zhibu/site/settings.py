"""Settings. Everything that differs between deployments comes from the environment (docs/settings.md)."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from zhibu.access import keys
from zhibu.site.database import from_address

CHECKOUT = Path(__file__).resolve().parents[2]


def _on(name: str, otherwise: str = "") -> bool:
    return os.environ.get(name, otherwise).lower() in ("1", "true", "yes", "on")


def _read(name: str, otherwise: str, read: Callable[[str], Any], wanted: str) -> Any:
    """The value of a setting; ImproperlyConfigured says which one cannot be read, and how it is written."""
    text = os.environ.get(name) or otherwise
    try:
        return read(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} 要写成{wanted}，却是“{text}”。") from error


#: The folder of everything that a deployment owns: database, uploads, key.
VAR = Path(os.environ.get("ZHIBU_VAR") or CHECKOUT / "var").resolve()
VAR.mkdir(parents=True, exist_ok=True)

DEBUG = _on("ZHIBU_DEBUG")
#: Served over plain http on this machine only (`./run`): cookies are then not marked secure.
LOCAL = _on("ZHIBU_LOCAL")
#: The demo college: its accounts stand on the sign-in page (`demo.json` in VAR).
DEMO = _on("ZHIBU_DEMO")
# The day taken for today (`clock`), looked at before anything asks for it.
_read("ZHIBU_TODAY", "2026-01-01", date.fromisoformat, " 2026-12-01 这样的日期")
#: The norm packs in use: names of `norms/` or folders, separated by blanks. None: those of the college.
NORMS = os.environ.get("ZHIBU_NORMS")
ALLOWED_HOSTS = os.environ.get("ZHIBU_HOSTS", "127.0.0.1 localhost [::1]").split()
CSRF_TRUSTED_ORIGINS = os.environ.get("ZHIBU_ORIGINS", "").split()
SECRET_KEY = os.environ.get("ZHIBU_SECRET_KEY") or keys.derived(VAR, "django").hex()

INSTALLED_APPS = [
    "zhibu.site",  # first: our templates come before those of the same name elsewhere
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "zhibu.access",
    "zhibu.jobs",
    "zhibu.inbox",
    "zhibu.registers.organizations",
    "zhibu.registers.members.importing",  # before members: its addresses lie below theirs
    "zhibu.registers.members",
    "zhibu.registers.activities",
    "zhibu.registers.evidence",
    "zhibu.registers.education",
    "zhibu.registers.exemptions",
    "zhibu.registers.notices",
    "zhibu.desk",
    "zhibu.desk.calendar",
    "zhibu.documents.archive",  # before documents: its addresses may lie below theirs
    "zhibu.documents",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "zhibu.site.middleware.ContentSecurityPolicy",
    "zhibu.site.middleware.OneNorm",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "zhibu.site.middleware.PlainReader",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhibu.site.middleware.WholeAddresses",
    "zhibu.site.middleware.PrivatePages",
    "zhibu.site.middleware.RefusalPages",
    "axes.middleware.AxesMiddleware",
]

# Campus sign-on (校园统一身份认证, OpenID Connect): all three given, or it is off.
OIDC = {name: os.environ.get(f"ZHIBU_OIDC_{name}", "") for name in ("SERVER", "CLIENT", "SECRET")}
#: The claim that carries the 学工号 or the username by which the account is found.
OIDC_CLAIM = os.environ.get("ZHIBU_OIDC_CLAIM") or "preferred_username"
OIDC_NAME = os.environ.get("ZHIBU_OIDC_NAME") or "校园统一身份认证"
if all(OIDC.values()):
    if not OIDC["SERVER"].startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise ImproperlyConfigured(
            "ZHIBU_OIDC_SERVER 须以 https:// 开头：学工号和令牌不能明文经过网络（本机调试可用 http://127.0.0.1:端口）。"
        )
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "SCOPE": ["openid", "profile"],
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "campus",
                    "name": OIDC_NAME,
                    "client_id": OIDC["CLIENT"],
                    "secret": OIDC["SECRET"],
                    "settings": {"server_url": OIDC["SERVER"]},
                }
            ],
        }
    }
    SOCIALACCOUNT_ADAPTER = "zhibu.access.campus.CampusAdapter"
    SOCIALACCOUNT_ONLY = False
    SOCIALACCOUNT_STORE_TOKENS = False
    # A form that leads to another host is stopped by our content security policy; this GET changes nothing.
    SOCIALACCOUNT_LOGIN_ON_GET = True

ROOT_URLCONF = "zhibu.site.urls"
WSGI_APPLICATION = "zhibu.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

try:
    DATABASES = {"default": from_address(os.environ.get("DATABASE_URL"), VAR)}
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from error
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "zhibu.access.hashers.CodeHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "zhibu.access.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
# Guessing passwords is axes' affair; this bounds what one address may try, guessing the second step, and codes.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "60/10m/ip,10/10m/key",
    "wrong_codes": "30/10m/ip",
}
MFA_ADAPTER = "zhibu.access.sign_in.FactorAdapter"
MFA_TOTP_ISSUER = "支部 Zhibu"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

# Guessing is stopped per name and address after eight tries, for a quarter of an hour.
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "zhibu.access.sign_in.tried_username"
AXES_CLIENT_IP_CALLABLE = "zhibu.site.rate.network"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_VERBOSE = False

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
#: Scripts and icons gathered from npm packages (`zhibu assets`).
ASSETS = VAR / "assets"
ASSETS.mkdir(exist_ok=True)
STATICFILES_DIRS = [ASSETS]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
#: Uploads: stored by content hash, outside the web root, served only through a check.
FILES = VAR / "files"
#: A box for an inspection (迎检材料) is kept so many days after it was made.
ARCHIVE_DAYS = _read("ZHIBU_ARCHIVE_DAYS", "14", int, "整数天数")

#: A list of all members has two or three fields for each; Django's thousand would turn away a college's.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 50_000

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not (DEBUG or LOCAL)
if _on("ZHIBU_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Tries are counted by the address that the proxy names last: all the others may have been made up by who asks.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
if not (DEBUG or LOCAL):
    SECURE_SSL_REDIRECT = _on("ZHIBU_SSL_REDIRECT", "1")
    SECURE_HSTS_SECONDS = 30 * 24 * 60 * 60

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_secrets": {"()": "zhibu.site.log_filter.WithoutSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["without_secrets"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
