"""Every rule by which the intake mends or doubts something. A report's line names one of these."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    """Wrong, and not mended: someone must look."""
    DOUBT = "doubt"
    """May be wrong; kept as it is."""
    REPAIR = "repair"
    """Mended without doubt of what was meant."""
    INFO = "info"
    """A decision about the file or a fact that matters to its readers."""


@dataclass(frozen=True)
class Rule:
    name: str
    severity: Severity
    title: str
    explanation: str


_ALL = (
    Rule(
        "encoding",
        Severity.INFO,
        "文字コード",
        "ファイルの文字コードを根拠とともに示します。",
    ),
    Rule(
        "delimiter",
        Severity.INFO,
        "区切り文字",
        "セルを区切る文字を根拠とともに示します。",
    ),
    Rule(
        "quotes",
        Severity.REPAIR,
        "引用符",
        "値が二重に引用されて列がずれていたところを直し、行の列数がそろうことを確かめました。",
    ),
    Rule(
        "title-rows",
        Severity.INFO,
        "見出しの上",
        "見出しより上にあった題名などの行です。記録とはしません。",
    ),
    Rule(
        "row-counts",
        Severity.INFO,
        "件数",
        "統合ファイルと市町村のファイルの件数を比べます。",
    ),
    Rule(
        "header",
        Severity.INFO,
        "見出し行",
        "見出しとした行を根拠とともに示します。見出しが何行かにわたれば「親/子」とつなぎます。",
    ),
    Rule(
        "columns",
        Severity.INFO,
        "列の対応",
        "どの列をどの属性としたかを示します。",
    ),
    Rule(
        "unknown-column",
        Severity.DOUBT,
        "対応しない列",
        "対応する属性のない列です。内容は元のファイルに残ります。",
    ),
    Rule(
        "repeated-column",
        Severity.DOUBT,
        "同じ見出しの列",
        "同じ見出しの列が左にもあります。この列の値は、見出しのないセルとして surplusCells に残します。",
    ),
    Rule(
        "surplus-cells",
        Severity.DOUBT,
        "見出しのないセル",
        "見出しより右にはみ出したか、見出しが空の列にあるセルです。値は surplusCells に残します。",
    ),
    Rule(
        "missing-cells",
        Severity.INFO,
        "足りないセル",
        "見出しより短い行です。足りないセルは空として読みます。",
    ),
    Rule(
        "empty-row",
        Severity.ERROR,
        "名称も住所もない行",
        "行は失わず記録として残します。不要なら元のファイルから除いてください。",
    ),
    Rule(
        "marked-deleted",
        Severity.ERROR,
        "「削除」とだけある行",
        "行は失わず記録として残します。不要なら元のファイルから除いてください。",
    ),
    Rule(
        "outer-spaces",
        Severity.REPAIR,
        "前後の空白",
        "値の前後の半角の空白を除きました。",
    ),
    Rule(
        "full-width-spaces",
        Severity.REPAIR,
        "全角の空白",
        "前後の空白を除き、区切りの全角空白を半角にしました。",
    ),
    Rule(
        "full-width-digits",
        Severity.REPAIR,
        "全角の数字",
        "全角の数字を半角にしました。",
    ),
    Rule(
        "full-width-letters",
        Severity.REPAIR,
        "全角の英字",
        "全角の英字と記号を半角にしました。",
    ),
    Rule(
        "digit-dashes",
        Severity.REPAIR,
        "数字の間のダッシュ",
        "数字と数字の間の全角のハイフン、長音などを半角のハイフンにしました。",
    ),
    Rule(
        "line-breaks",
        Severity.REPAIR,
        "セルの中の改行",
        "セルの中の改行を空白にしました。",
    ),
    Rule(
        "address-minus-zero",
        Severity.REPAIR,
        "番地の末尾の -0",
        "住所の末尾の「-0」は枝番が、「0-0」は番地がないことを表すので除きました。",
    ),
    Rule(
        "unknown-capacity", Severity.REPAIR, "収容人数が不明", "収容人数の 0 と空欄は不明として扱い、0 人とはしません。"
    ),
    Rule(
        "unknown-area",
        Severity.REPAIR,
        "面積が不明",
        "面積の 0 は不明として扱い、0 ㎡とはしません。",
    ),
    Rule(
        "zero-elevation",
        Severity.DOUBT,
        "標高が 0",
        "標高 0 m は未記入かもしれません。値はそのまま残します。",
    ),
    Rule(
        "not-a-number",
        Severity.ERROR,
        "数でない値",
        "数の列に数として読めない値があります。値は取り込みません。",
    ),
    Rule(
        "bracketed-number",
        Severity.DOUBT,
        "かっこの付いた数",
        "「3(1)」のような値です。かっこの意味が示されていないので、前の数を採りました。",
    ),
    Rule(
        "unknown-value",
        Severity.DOUBT,
        "決まりにない値",
        "選択肢にない値です。値はそのまま残します。",
    ),
    Rule(
        "no-coordinates",
        Severity.ERROR,
        "緯度・経度がない",
        "緯度か経度がありません。地図には出ません。",
    ),
    Rule(
        "bad-coordinates",
        Severity.ERROR,
        "緯度・経度が正しくない",
        "緯度・経度として読めません。地図には出ません。",
    ),
    Rule(
        "near-boundary",
        Severity.DOUBT,
        "市町村の境界の外（1 km 以内）",
        "境界の図形が粗いためかもしれません。",
    ),
    Rule(
        "outside-municipality",
        Severity.ERROR,
        "市町村の外（1 km 超）",
        "位置が住所の市町村から 1 km より離れています。",
    ),
    Rule(
        "assigned-municipality",
        Severity.INFO,
        "市町村の割り当て",
        "市町村の列がないか信頼できないため、住所から割り当てました。",
    ),
    Rule(
        "municipality-disagrees",
        Severity.DOUBT,
        "市町村の食い違い",
        "住所と、市町村の列または位置とで市町村が違います。",
    ),
    Rule(
        "address-elsewhere",
        Severity.DOUBT,
        "ほかの市町村の所在地",
        "管轄する市町村と所在地の市町村が違います。記録は管轄する市町村に、所在地の団体コードは住所に従います。",
    ),
    Rule(
        "other-prefecture",
        Severity.DOUBT,
        "ほかの都道府県の住所",
        "住所がほかの都道府県の名で始まります。記録は、ファイルか市町村の列が示すところに置きます。",
    ),
    Rule(
        "no-municipality",
        Severity.ERROR,
        "市町村が分からない",
        "住所から市町村が分かりません。県のデータとして取り込みます。",
    ),
    Rule(
        "duplicate-row",
        Severity.DOUBT,
        "同じ行",
        "すべての列が同じ行がもう一つあります。",
    ),
    Rule(
        "duplicate-place",
        Severity.DOUBT,
        "同じ名称と住所",
        "名称と住所が同じ行がほかにもあります。別の記録として残します。",
    ),
    Rule(
        "html",
        Severity.REPAIR,
        "HTML の書き方",
        "セルの中の <br> を区切りにし、&quot; などを文字に戻しました。",
    ),
    Rule(
        "combined-file-short",
        Severity.DOUBT,
        "統合ファイルの不足",
        "市町村のファイルにあって統合ファイルにない行です。",
    ),
)

RULES = {rule.name: rule for rule in _ALL}
BY_TITLE = {rule.title: rule for rule in _ALL}
"""A decision about the file as a whole is told under its rule's title."""
