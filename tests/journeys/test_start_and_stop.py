"""The two commands as a new user meets them: starting, starting again, and everything that can stand in the way."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from journeys.running import ROOT, Installation, free_port, run, up


def evacuation_sites(region: Installation) -> int:
    """Summed over the thirty tenants, as anybody sees them."""
    lines = (ROOT / "src/moyai/sample/wakayama/municipalities.csv").read_text().splitlines()[1:]
    return sum(count(region, "EvacuationSite", line.split(",")[0]) for line in lines)


def count(region: Installation, entity_type: str, tenant: str) -> int:
    path = f"/ngsi-ld/v1/entities?type={entity_type}&count=true&limit=0"
    return int(region.get(path, **{"NGSILD-Tenant": tenant}).headers["NGSILD-Results-Count"])


def test_the_sample_region_holds_every_evacuation_site(region: Installation) -> None:
    assert evacuation_sites(region) == 3313


def test_the_sample_sign_ins_are_for_the_owner_alone(region: Installation) -> None:
    assert stat.S_IMODE((region.data / "sample-sign-ins.txt").stat().st_mode) == 0o600
    assert stat.S_IMODE(region.data.stat().st_mode) & 0o077 == 0


def test_one_towns_file_opens_anywhere(region: Installation, tmp_path: Path) -> None:
    copy = tmp_path / "arida.sqlite3"
    copy.write_bytes((region.data / "tenants" / "302040.sqlite3").read_bytes())
    (tmp_path / "arida.sqlite3-wal").write_bytes((region.data / "tenants" / "302040.sqlite3-wal").read_bytes())
    with sqlite3.connect(copy) as connection:
        (sites,) = connection.execute("SELECT count(*) FROM entity WHERE collection = 'evacuation-sites'").fetchone()
    connection.close()
    assert sites == 142


def test_health_and_readiness(region: Installation) -> None:
    assert region.get("/healthz").text == "ok\n"
    assert region.get("/readyz").json() == {"ready": True, "missing": []}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly(tmp_path: Path, number: int) -> None:
    with up(tmp_path / "var", "--empty") as installation:
        assert installation.stop(number) == 0


def test_after_kill_minus_nine_the_next_start_just_works(tmp_path: Path) -> None:
    with up(tmp_path / "var", "--empty") as first:
        first.moyai("region", "load", "src/moyai/sample/wakayama/municipalities.csv")
        first.stop(signal.SIGKILL)
    with up(tmp_path / "var") as second:
        assert second.get("/readyz").json()["ready"]
        assert "有田市" in second.get("/towns/302040/").text


def test_a_start_with_empty_never_loads_samples_later(tmp_path: Path) -> None:
    with up(tmp_path / "var", "--empty") as first:
        first.stop()
    with up(tmp_path / "var") as second:
        assert not (second.data / "sample-sign-ins.txt").exists()
        assert second.get("/towns/302040/").status_code == 404


def test_two_at_once_in_one_data_folder_are_refused(tmp_path: Path) -> None:
    with up(tmp_path / "var", "--empty"):
        second = run("up", "--data", str(tmp_path / "var"), "--port", str(free_port()))
    assert second.returncode == 1
    assert "すでに動いています" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_taken_port_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("up", "--data", str(tmp_path / "var"), "--port", str(port))
    assert result.returncode == 1
    assert f"--port {port + 1}" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_data_folder_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "format.json").write_text(json.dumps({"format": 99}))
    result = run("up", "--data", str(tmp_path))
    assert result.returncode == 1
    assert "新しい版" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_development_mode_is_refused_on_an_open_address(tmp_path: Path) -> None:
    result = run("up", "--data", str(tmp_path), "--development", "--host", "0.0.0.0")
    assert result.returncode == 1
    assert "--host 127.0.0.1" in result.stderr


def test_development_mode_needs_no_key(tmp_path: Path) -> None:
    with up(tmp_path / "var", "--empty", "--development") as installation:
        entity = {"id": "urn:ngsi-ld:T:1", "type": "T"}
        url = installation.address + "/ngsi-ld/v1/entities"
        assert httpx.post(url, json=entity, headers={"NGSILD-Tenant": "302040"}).status_code == 201
        assert count(installation, "T", "302040") == 1


def test_a_folder_that_cannot_be_written_is_named() -> None:
    result = run("up", "--data", "/proc/moyai")
    assert result.returncode == 1
    assert "/proc/moyai" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_older_python_is_told_so() -> None:
    program = (
        "import runpy, sys; sys.version_info = (3, 9, 2, 'final', 0); sys.argv = ['run.py', 'up'];"
        "runpy.run_path('run.py', run_name='__main__')"
    )
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "3.11" in result.stderr
    assert "Traceback" not in result.stderr
