"""The `moyai` command. Each command opens what it needs, calls one action, and says what happened.

What is heavy is imported by the command that needs it: the supervisor, which does little, starts at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from moyai import logs, prepare, processes, settings, up
from moyai.errors import Error
from moyai.settings import Settings

app = typer.Typer(
    help="催合（もやい）: 都道府県と市町村のエリアデータ連携基盤と地域社会DXの事務局",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
serve_app = typer.Typer(help="プロセスを一つずつ動かす（up が使う）", no_args_is_help=True)
region_app = typer.Typer(help="地域（都道府県・振興局・市町村・境界）", no_args_is_help=True)
sample_app = typer.Typer(help="見本のデータ", no_args_is_help=True)
admin_app = typer.Typer(help="管理者", no_args_is_help=True)
audit_app = typer.Typer(help="監査記録", no_args_is_help=True)
for name, part in (
    ("serve", serve_app),
    ("region", region_app),
    ("sample", sample_app),
    ("admin", admin_app),
    ("audit", audit_app),
):
    app.add_typer(part, name=name)

out = Console(highlight=False, soft_wrap=True)

Data = Annotated[Path | None, typer.Option("--data", help="データフォルダ（既定 var/）", envvar="MOYAI_DATA")]


def main() -> None:
    """Run a command; an Error becomes one sentence on standard error and exit code 1."""
    try:
        app()
    except Error as error:
        sys.stderr.write(f"moyai: {error.detail}\n")
        sys.exit(1)
    except OSError as error:
        sys.stderr.write(f"moyai: {up.explain(error)}\n")
        sys.exit(1)


def _use(data: Path | None = None, **others: Any) -> Settings:
    """Adopt the settings of the environment with what the command line said instead."""
    using = settings.read().with_overrides(data=data, **others)
    using = using.with_overrides(data=using.data.absolute())
    settings.adopt(using)
    return using


def _open_office(data: Path | None) -> Settings:
    """The office for one command: beside a running system, or alone where none runs."""
    from moyai import serve

    using = _use(data)
    logs.configure(using)
    up.check_data(using)
    try:
        processes.hold(using.run / "up.lock")
    except processes.AlreadyRunning:
        serve.open_office(using)
    else:
        serve.open_office(using, alone=True)
        prepare.migrate_office()
    return using


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=out
    )


# ── up ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@app.command("up")
def start(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="待ち受けるアドレス（既定 127.0.0.1）", envvar="MOYAI_HOST")] = None,
    port: Annotated[int | None, typer.Option(help="ポート（既定 8000）", envvar="MOYAI_PORT")] = None,
    workers: Annotated[int | None, typer.Option(help="HTTP ワーカーの数（既定 1）", envvar="MOYAI_WORKERS")] = None,
    empty: Annotated[
        bool | None, typer.Option("--empty", help="見本の団体・利用者・データなしで始める", envvar="MOYAI_EMPTY")
    ] = None,
    development: Annotated[
        bool | None,
        typer.Option("--development", help="認証なしで試す（ループバックのみ）", envvar="MOYAI_DEVELOPMENT"),
    ] = None,
) -> None:
    """システムを開始する。はじめは見本の地域を読み込む。"""
    using = _use(data, host=host, port=port, workers=workers, empty=empty, development=development)
    logs.configure(using)
    up.run(using, lambda: _tell_where(using))


def _tell_where(using: Settings) -> None:
    out.print(f"\n[bold]Moyai[/bold] {using.address}  （停止: Ctrl-C）", end="\n\n")
    if using.development:
        out.print("[yellow]開発モード: 認証なしで書き込めます。[/yellow]")
    out.print(prepare.welcome_file(using).read_text(), markup=False)
    sys.stdout.flush()


# ── processes ───────────────────────────────────────────────────────────────────────────────────────────────────────


Parent = Annotated[int | None, typer.Option(help="これを起動したプロセス。終わればこれも終わる", hidden=True)]


def _become_process(parent: int | None) -> Settings:
    processes.end_with_parent(parent)
    using = _use()
    logs.configure(using)
    return using


@serve_app.command("writer")
def serve_writer(parent: Parent = None) -> None:
    """テナントのファイルに書き込むただ一つのプロセス。"""
    from moyai import serve

    processes.run_until_signal(serve.run_writer(_become_process(parent)))


@serve_app.command("http")
def serve_http(parent: Parent = None) -> None:
    """HTTP ワーカー。"""
    from moyai import serve

    serve.run_http(_become_process(parent))


@serve_app.command("jobs")
def serve_jobs(parent: Parent = None) -> None:
    """取り込みなど時間のかかる仕事。"""
    from moyai import serve

    serve.run_jobs(_become_process(parent))


@serve_app.command("prepare")
def serve_prepare(parent: Parent = None) -> None:
    """データベースを最新にし、はじめなら見本の地域を読み込む。"""
    from moyai import serve

    using = _become_process(parent)
    with _progress() as progress:
        tasks: dict[str, Any] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(step, total=total)
            progress.update(tasks[step], completed=done, total=total)

        serve.prepare_office(using, show)


# ── data ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="取り込むファイル", exists=True, dir_okay=False)],
    dataset: Annotated[str, typer.Option(help="evacuation-sites, public-facilities, public-toilets")],
    town: Annotated[str | None, typer.Option(help="団体コード（6桁）。県全体のファイルでは省く")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="読むだけで、何も変えない")] = False,
    report: Annotated[Path | None, typer.Option(help="報告を書くファイル（.csv か .json）")] = None,
    data: Data = None,
) -> None:
    """ファイルをデータセットの新しい版として取り込む。"""
    _open_office(data)
    from moyai.office.datasets import actions

    result = actions.import_file(
        by=None, content=file.read_bytes(), file_name=file.name, dataset=dataset, town=town, dry_run=dry_run
    )
    if report is not None:
        content = result.report.as_json() if report.suffix == ".json" else result.report.as_csv()
        report.write_bytes(content)
    table = Table("団体", "追加", "変更", "削除", "変更なし")
    for tenant, change in result.changes.items():
        counts = (len(change.added), len(change.changed), len(change.removed), change.unchanged)
        table.add_row(tenant, *(str(count) for count in counts))
    out.print(table)
    for line in result.report.summary():
        out.print(line, markup=False)
    if dry_run:
        out.print("--dry-run: 何も変えていません。")


@region_app.command("load")
def load_region(
    file: Annotated[Path, typer.Argument(help="municipalities.csv（boundaries.geojson を同じフォルダに置く）")],
    boundaries: Annotated[Path | None, typer.Option(help="境界の GeoJSON")] = None,
    data: Data = None,
) -> None:
    """都道府県と市町村を読み込む（書式: docs/reference/region-layout.md）。"""
    _open_office(data)
    from moyai.intake import region as region_files
    from moyai.office.region import actions

    shapes = boundaries or file.with_name("boundaries.geojson")
    region = region_files.read(file.read_bytes(), shapes.read_bytes())
    actions.load_region(by=None, region=region)
    out.print(f"{region.prefecture.name}: {len(region.municipalities)} 市町村を読み込みました。")


@sample_app.command("remove")
def remove_sample(data: Data = None) -> None:
    """見本の団体・利用者・記録をすべて取り除く。"""
    using = _open_office(data)
    removed = prepare.remove_samples(using)
    out.print("見本を取り除きました: " + "、".join(f"{name} {count}" for name, count in removed.items()))


@admin_app.command("create")
def create_administrator(
    email: Annotated[str, typer.Option(prompt="メールアドレス")],
    person: Annotated[str, typer.Option("--name", prompt="氏名")],
    organisation: Annotated[str, typer.Option(prompt="団体コード（6桁）か o-名前")],
    password: Annotated[str, typer.Option(prompt="パスワード", hide_input=True, confirmation_prompt=True)],
    organisation_name: Annotated[str, typer.Option(help="新しい団体の名称（運営者など）")] = "",
    data: Data = None,
) -> None:
    """はじめの管理者をつくる。"""
    _open_office(data)
    from moyai.office.accounts.actions import organisations

    organisations.create_administrator(
        tenant=organisation, email=email, name=person, password=password, organisation_name=organisation_name
    )
    out.print(f"{person} さんを {organisation} の管理者にしました。")


@audit_app.command("verify")
def verify_audit(
    expect: Annotated[str, typer.Option(help="以前この命令が示した「番号:ハッシュ」。末尾の切り取りも見つかる")] = "",
    data: Data = None,
) -> None:
    """監査記録の鎖を確かめる。切れていれば場所を示し、終了コード 1。"""
    _open_office(data)
    from moyai.office.base import audit

    sequence, _, digest = expect.partition(":")
    broken = audit.verify(audit.Head(int(sequence), digest) if expect else None)
    if broken is not None:
        out.print(str(broken), markup=False)
        raise typer.Exit(1)
    head = audit.head()
    out.print("監査記録の鎖は切れていません。")
    if head is not None:
        out.print(f"控え: {head.sequence}:{head.hash}", markup=False)


# ── for those who run it ────────────────────────────────────────────────────────────────────────────────────────────


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="バックアップを書くフォルダ（無いか空）")],
    data: Data = None,
) -> None:
    """動いたままバックアップを取る。"""
    from moyai import backups

    manifest = backups.make(_use(data), target)
    out.print(f"{target} に {len(manifest.files)} ファイルを保存し、読めることを確かめました。", markup=False)


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="バックアップのフォルダ", exists=True, file_okay=False)],
    data: Data = None,
) -> None:
    """空のデータフォルダにバックアップを戻す。"""
    from moyai import backups

    using = _use(data)
    manifest = backups.restore(source, using)
    out.print(f"{using.data} に {len(manifest.files)} ファイルを戻しました。", markup=False)


@app.command()
def migrate(data: Data = None) -> None:
    """すべてのデータを今の版の形にする。"""
    _open_office(data)
    from moyai.office.base import broker

    tenants = broker.tenants()
    with _progress() as progress:
        for tenant in progress.track(tenants, description="テナントを移行しています"):
            broker.position(tenant)
    out.print("データは今の版の形です。")
