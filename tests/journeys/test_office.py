"""An officer's day, in a real Chromium: sign in, upload, accept, see it; make a key, call, revoke."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from journeys.running import ROOT, Installation, run, up
from journeys.test_public_pages import violations

pytestmark = pytest.mark.browser

SITES = ROOT / "src/moyai/sample/wakayama/evacuation-sites/aridashi.csv"
URL = "/ngsi-ld/v1/entities?type=EvacuationSite&count=true&limit=0"
CREATED = {"id": "urn:ngsi-ld:Sensor:1", "type": "Sensor", "level": 1.5}


@pytest.fixture(scope="module")
def own_region(region: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The sample region restored from a backup of the shared one, to be changed at will; two workers."""
    folder = tmp_path_factory.mktemp("own")
    assert region.moyai("backup", str(folder / "backup")).returncode == 0

    restored = run("restore", str(folder / "backup"), "--data", str(folder / "var"))
    assert restored.returncode == 0, restored.stderr
    with up(folder / "var", "--workers", "2") as installation:
        yield installation


@pytest.fixture
def desk(browser: Browser, own_region: Installation) -> Iterator[Page]:
    context = browser.new_context(
        base_url=own_region.address, locale="ja-JP", timezone_id="Asia/Tokyo", viewport={"width": 1280, "height": 900}
    )
    yield context.new_page()
    context.close()


def sign_in(page: Page, installation: Installation, role: str) -> None:
    """As someone of 有田市."""
    page.goto("/accounts/login/")
    page.get_by_label("メールアドレス").fill(f"{role}@302040.mihon.example")
    page.get_by_label("パスワード").fill(installation.password())
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("有田市")


def sites(installation: Installation) -> int:
    answer = httpx.get(installation.address + URL, headers={"NGSILD-Tenant": "302040"})
    return int(answer.headers["NGSILD-Results-Count"])


def test_upload_preview_accept_and_see_it(desk: Page, own_region: Installation, tmp_path: Path) -> None:
    before = sites(own_region)
    new = SITES.read_text(encoding="utf-8-sig").splitlines()
    new.append(new[-1].replace(new[-1].split(",")[0], '"新しい避難場所"'))
    edited = tmp_path / "有田市避難先.csv"
    edited.write_text("\r\n".join(new) + "\r\n", encoding="cp932", errors="replace")
    sign_in(desk, own_region, "officer")
    desk.goto("/organisation/302040/datasets/upload/")
    desk.get_by_label(re.compile("ファイル")).set_input_files(edited)
    desk.get_by_role("button", name="読み取って確かめる").click()
    expect(desk.get_by_text("CP932", exact=False).first).to_be_visible()
    assert sites(own_region) == before, "nothing changes before it is accepted"
    desk.get_by_role("button", name=re.compile("反映する")).click()
    expect(desk.get_by_text("反映しました", exact=False).first).to_be_visible()
    assert sites(own_region) == before + 1
    desk.goto("/towns/302040/datasets/evacuation-sites/?q=新しい避難場所")
    expect(desk.get_by_role("link", name="新しい避難場所").first).to_be_visible()


def test_a_key_works_until_it_is_revoked(desk: Page, own_region: Installation) -> None:
    sign_in(desk, own_region, "administrator")
    desk.goto("/organisation/302040/keys/add/")
    desk.get_by_label(re.compile("名前")).fill("水位計（試験）")
    for verb in ("読み取り", "作成", "更新", "削除"):
        desk.get_by_label(verb, exact=True).check()
    desk.get_by_role("button", name=re.compile("発行")).click()
    key = re.search(r"moyai_\w+_[\w-]+", desk.get_by_role("main").inner_text())
    assert key is not None
    headers = {"Authorization": f"Bearer {key[0]}", "NGSILD-Tenant": "302040"}
    entities = own_region.address + "/ngsi-ld/v1/entities"
    assert httpx.post(entities, json=CREATED, headers=headers).status_code == 201
    assert httpx.post(entities, json=CREATED, headers=headers | {"NGSILD-Tenant": "302058"}).status_code == 403
    assert httpx.get(f"{entities}/{CREATED['id']}", headers={"NGSILD-Tenant": "302040"}).status_code == 404
    desk.goto("/organisation/302040/keys/")
    desk.get_by_role("row", name=re.compile("水位計（試験）")).get_by_role("link", name=re.compile("失効する")).click()
    desk.get_by_role("button", name=re.compile("失効")).click()
    expect(desk.get_by_role("row", name=re.compile("水位計（試験）")).get_by_text("失効", exact=True)).to_be_visible()
    # Each request opens a connection of its own, so that both workers are asked.
    refused = {httpx.get(f"{entities}/{CREATED['id']}", headers=headers).status_code for _ in range(20)}
    assert refused == {401}


def test_a_passkey_is_added_and_signs_in(desk: Page, own_region: Installation) -> None:
    devices = desk.context.new_cdp_session(desk)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(desk, own_region, "viewer")
    desk.goto("/accounts/2fa/webauthn/add/")
    desk.get_by_label("パスワード").fill(own_region.password())
    desk.get_by_role("button", name="確認する").click()
    desk.get_by_label("パスキーの名前").fill("試験用")
    desk.get_by_label("パスワードなしのサインインに使う").check()
    desk.get_by_role("button", name="追加する").click()
    expect(desk).to_have_url(re.compile("recovery-codes"))
    desk.context.clear_cookies()
    desk.goto("/accounts/login/")
    desk.get_by_role("button", name="パスキーでサインイン").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("有田市")


OWN = (
    "/organisation/",
    "/organisation/302040/keys/",
    "/organisation/302040/keys/add/",
    "/organisation/302040/audit/",
    "/organisation/302040/datasets/",
    "/organisation/302040/datasets/upload/",
    "/organisation/302040/datasets/evacuation-sites/",
    "/organisation/302040/invitations/add/",
    "/organisation/302040/posts/add/",
    "/accounts/",
)


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_of_the_office_is_accessible(browser: Browser, own_region: Installation, width: int) -> None:
    context = browser.new_context(
        base_url=own_region.address, locale="ja-JP", viewport={"width": width, "height": 900}, bypass_csp=True
    )
    page = context.new_page()
    sign_in(page, own_region, "administrator")
    found = {}
    for path in OWN:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        if problems := violations(page):
            found[path] = problems
    context.close()
    assert found == {}


def test_another_town_s_pages_do_not_exist(desk: Page, own_region: Installation) -> None:
    sign_in(desk, own_region, "administrator")
    for path in OWN[1:-1]:
        answer = desk.goto(path.replace("302040", "302058"))
        assert answer is not None
        assert answer.status == 404, path


def test_the_backup_restores_to_the_same_region(region: Installation, own_region: Installation) -> None:
    assert own_region.moyai("audit", "verify").returncode == 0
    path = "/ngsi-ld/v1/entities?type=PublicToilet&count=true&limit=0"
    answers = [each.get(path, **{"NGSILD-Tenant": "302066"}) for each in (region, own_region)]
    counts = {answer.headers["NGSILD-Results-Count"] for answer in answers}
    assert len(counts) == 1


def test_samples_are_taken_out_whole(region: Installation, tmp_path: Path) -> None:

    region.moyai("backup", str(tmp_path / "backup"))
    run("restore", str(tmp_path / "backup"), "--data", str(tmp_path / "var"))
    removed = run("sample", "remove", "--data", str(tmp_path / "var"))
    assert removed.returncode == 0, removed.stderr
    created = run(
        *("admin", "create", "--email", "real@example.lg.jp", "--name", "実在 花子", "--organisation", "300004"),
        *("--password", "correct horse battery staple", "--data", str(tmp_path / "var")),
    )
    assert created.returncode == 0, created.stderr
    with up(tmp_path / "var") as cleaned:
        assert not (cleaned.data / "sample-sign-ins.txt").exists()
        assert "見本" not in cleaned.get("/").text
        assert not list((cleaned.data / "tenants").glob("o-mihon*"))
        assert cleaned.moyai("audit", "verify").returncode == 0
