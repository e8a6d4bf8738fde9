"""One frozen record of settings, read from the environment once. No other module reads the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path

from environs import Env


@dataclass(frozen=True)
class Settings:
    """Every setting, its default, and by its name the variable that sets it (``data`` is ``MOYAI_DATA``)."""

    data: Path = Path("var")
    """The folder that holds everything the installation knows."""
    host: str = "127.0.0.1"
    """The address to listen on."""
    port: int = 8000
    """The port to listen on."""
    workers: int = 1
    """HTTP worker processes."""
    empty: bool = False
    """Start without the sample organisations, accounts and data."""
    development: bool = False
    """Opens the broker for local trials; refused on any address but loopback."""
    public_url: str = ""
    """The address people use, behind a reverse proxy: ``https://dx.example.lg.jp``. Passkeys are bound to it."""
    allowed_hosts: tuple[str, ...] = ()
    """Host names answered beside loopback and that of ``public_url``."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses whose ``X-Forwarded-*`` headers are believed."""
    smtp_url: str = ""
    """``smtp://user:password@host:587?tls=true``; without it, links are handed over by an administrator."""
    mail_from: str = ""
    """The sender of the office's mail."""
    log_format: str = "text"
    """``text`` or ``json``."""
    log_level: str = "info"
    """``debug``, ``info``, ``warning`` or ``error``."""
    body_limit: int = 10_000_000
    """Bytes of a request body to the API."""
    upload_limit: int = 100_000_000
    """Bytes of an uploaded file."""
    rate_anonymous: int = 600
    """Requests a minute of one address without a key."""

    @property
    def office_database(self) -> Path:
        return self.data / "office.sqlite3"

    @property
    def tenants(self) -> Path:
        return self.data / "tenants"

    @property
    def run(self) -> Path:
        """Sockets and locks of the running processes."""
        return self.data / "run"

    @property
    def writer_socket(self) -> Path:
        return self.run / "writer.sock"

    @property
    def address(self) -> str:
        """Where people on this machine find it."""
        host = "localhost" if self.host in ("127.0.0.1", "::1", "0.0.0.0", "::") else self.host
        return self.public_url or f"http://{host}:{self.port}/"

    def with_overrides(self, **values: object) -> Settings:
        """A copy with the given values; ``None`` means not given."""
        return replace(self, **{name: value for name, value in values.items() if value is not None})  # type: ignore[arg-type]

    def as_environment(self) -> dict[str, str]:
        """The variables that make a child process read these same settings."""
        return {f"MOYAI_{field.name.upper()}": _as_text(getattr(self, field.name)) for field in fields(self)}


def _as_text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value)


def read() -> Settings:
    """The settings of the environment as it is now."""
    env = Env(prefix="MOYAI_")
    default = Settings()
    return Settings(
        data=env.path("DATA", default.data),
        host=env.str("HOST", default.host),
        port=env.int("PORT", default.port),
        workers=env.int("WORKERS", default.workers),
        empty=env.bool("EMPTY", default.empty),
        development=env.bool("DEVELOPMENT", default.development),
        public_url=env.str("PUBLIC_URL", default.public_url),
        allowed_hosts=tuple(env.list("ALLOWED_HOSTS", list(default.allowed_hosts))),
        trusted_proxies=tuple(env.list("TRUSTED_PROXIES", list(default.trusted_proxies))),
        smtp_url=env.str("SMTP_URL", default.smtp_url),
        mail_from=env.str("MAIL_FROM", default.mail_from),
        log_format=env.str("LOG_FORMAT", default.log_format),
        log_level=env.str("LOG_LEVEL", default.log_level),
        body_limit=env.int("BODY_LIMIT", default.body_limit),
        upload_limit=env.int("UPLOAD_LIMIT", default.upload_limit),
        rate_anonymous=env.int("RATE_ANONYMOUS", default.rate_anonymous),
    )


@cache
def current() -> Settings:
    """The settings of this process."""
    return read()


def adopt(settings: Settings) -> None:
    """Make these the settings of this process and of its children."""
    os.environ.update(settings.as_environment())
    current.cache_clear()
