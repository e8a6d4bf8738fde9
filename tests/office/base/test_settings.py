"""What the installation's settings make of Django."""

from __future__ import annotations

import gzip
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

SHOW = "from moyai.office import settings as s; print({})"


def show(data: Path, expression: str, **environment: str) -> str:
    variables = {**os.environ, "MOYAI_DATA": str(data), "PYTHONPATH": os.pathsep.join(sys.path), **environment}
    code = SHOW.format(expression)
    told = subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, check=True, text=True)
    return told.stdout.strip()


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = show(tmp_path / "new", "s.SECRET_KEY")
    assert len(first) > 60
    assert show(tmp_path / "new", "s.SECRET_KEY") == first
    assert show(tmp_path / "other", "s.SECRET_KEY") != first
    mode = (tmp_path / "new" / "secret-key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_processes_that_start_at_once_agree_on_the_secret_key(tmp_path: Path) -> None:
    variables = {**os.environ, "MOYAI_DATA": str(tmp_path / "new"), "PYTHONPATH": os.pathsep.join(sys.path)}
    code = SHOW.format("s.SECRET_KEY")
    started = [subprocess.Popen([sys.executable, "-c", code], env=variables, stdout=subprocess.PIPE) for _ in range(4)]
    assert len({process.communicate()[0] for process in started}) == 1
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["cache", "secret-key"]


def test_behind_https_cookies_are_secure_and_the_host_is_known(tmp_path: Path) -> None:
    told = show(
        tmp_path,
        "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.ALLOWED_HOSTS[-2:], s.CSRF_TRUSTED_ORIGINS",
        MOYAI_PUBLIC_URL="https://dx.example.lg.jp",
        MOYAI_ALLOWED_HOSTS="intra.example",
    )
    assert told == "True True ['dx.example.lg.jp', 'intra.example'] ['https://dx.example.lg.jp']"


def test_the_proto_header_is_believed_only_where_a_proxy_is_trusted(tmp_path: Path) -> None:
    expression = "getattr(s, 'SECURE_PROXY_SSL_HEADER', None)"
    assert show(tmp_path, expression) == "None"
    assert show(tmp_path, expression, MOYAI_TRUSTED_PROXIES="10.0.0.1") == "('HTTP_X_FORWARDED_PROTO', 'https')"


def test_mail_settings_come_from_one_address(tmp_path: Path) -> None:
    told = show(
        tmp_path,
        "s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_HOST_USER, s.EMAIL_HOST_PASSWORD, s.EMAIL_USE_TLS, s.HAS_MAIL",
        MOYAI_SMTP_URL="smtp://user:p%40ss@mail.example:587?tls=true",
    )
    assert told == "mail.example 587 user p@ss True True"
    assert show(tmp_path, "s.EMAIL_BACKEND.split('.')[-2], s.HAS_MAIL") == "dummy False"


def test_limits_of_sign_in_hold_across_processes(tmp_path: Path) -> None:
    assert "filebased" in show(tmp_path, "s.CACHES['default']['BACKEND']")
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/", "/nowhere/"])
def test_every_page_has_the_strict_policy_and_no_inline_code(address: str) -> None:
    answer = Client().get(address)
    policy = answer["Content-Security-Policy"]
    for part in (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    body = answer.content.decode()
    assert " style=" not in body
    assert " onclick=" not in body
    assert "<style" not in body


@pytest.mark.django_db
def test_static_files_are_served_without_collecting_them_and_kept_for_ever() -> None:
    address = f"{settings.STATIC_URL}account/js/onload.js"
    answer = Client().get(address)
    assert answer.status_code == 200
    assert "immutable" in answer["Cache-Control"]
    assert b"data-allauth-onload" in answer.content


@pytest.mark.django_db
def test_texts_are_packed_for_browsers_that_can_unpack_them() -> None:
    address = f"{settings.STATIC_URL}mfa/js/webauthn.js"
    plain = Client().get(address)
    packed = Client().get(address, headers={"accept-encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content)
    assert "Content-Encoding" not in plain
    assert plain["Vary"] == packed["Vary"] == "Accept-Encoding"


@pytest.mark.django_db
def test_a_part_of_a_static_file_and_an_unchanged_one_are_answered_as_such() -> None:
    address = f"{settings.STATIC_URL}mfa/js/webauthn.js"
    whole = Client().get(address)
    part = Client().get(address, headers={"range": "bytes=0-9", "accept-encoding": "gzip"})
    assert (part.status_code, part.content) == (206, whole.content[:10])
    unchanged = Client().get(address, headers={"if-none-match": whole["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert Client().get(f"{settings.STATIC_URL}../settings.py").status_code == 404


PRAGMAS = ("journal_mode", "synchronous", "foreign_keys")


@pytest.mark.django_db
def test_sqlite_keeps_what_it_acknowledged_and_its_references() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        found = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.django_db
def test_japanese_comes_first_and_english_is_a_choice() -> None:
    browser = Client()
    assert 'lang="ja"' in browser.get("/accounts/login/").content.decode()
    assert browser.post("/i18n/setlang/", {"language": "en"}).status_code == 302
    assert 'lang="en"' in browser.get("/accounts/login/").content.decode()


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_refused_with_a_page() -> None:
    answer = Client(headers={"host": "evil.example"}).get("/accounts/login/")
    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()
