"""The query language ``q``: text to a tree of conditions, and back. Source: ETSI GS CIM 009 V1.9.1, clause 4.9.

``temperature>20;(brand=="X"|name~="^避難");address[city]=="有田市"``: ``;`` is *and* and binds closer than ``|``,
which is *or*; ``!path`` and ``path`` ask whether an attribute is there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import msgspec

from moyai.errors import BadRequestData, OperationNotSupported
from moyai.model.query import (
    And,
    AnyOf,
    Boolean,
    Compare,
    Condition,
    Exists,
    Moment,
    Not,
    Number,
    Operator,
    Or,
    Path,
    Range,
    Scalar,
    Text,
    Uri,
    Value,
)

Names = Callable[[str], str]
"""From a name to its IRI, or back."""

_LONGEST = 8000
_CONDITIONS_AT_MOST = 200
"""Each is a search of its own, and a database plans a thousand of them for seconds."""
_MEMBERS_AT_MOST = 32
_DEEPEST = 50
"""Parentheses and signs of negation within one another."""

MEMBERS = frozenset({"observedAt", "createdAt", "modifiedAt", "expiresAt", "unitCode", "datasetId", "lang", "type"})
"""Members of an attribute that a path may end with; every other name is an attribute's."""

_OPERATORS = tuple(sorted((str(each) for each in Operator), key=len, reverse=True))
_NAME = re.compile(r"[^\s.\[\]()!;|=<>~,\"'{}]+")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_CLOCK = r"\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|[+-]\d\d:\d\d)?"
_MOMENT = re.compile(rf"\d{{4}}-\d\d-\d\d(T{_CLOCK})?|{_CLOCK}", re.ASCII)
_COMMA_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT)?\d\d:\d\d:\d\d,\d{1,9}(Z|[+-]\d\d:\d\d)", re.ASCII)
"""With ISO 8601's decimal comma, which divides no list here: what follows it is no value by itself."""
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_BARE_END = re.compile(r"[;|)(,\"]")
_EQUALITY = ("==", "!=")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r'\\(?:(["\\/bfnrt])|u[0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})*)')
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_ESCAPED_IN_PATTERN = re.compile(r'\\(["\\])')


def parse(text: str, expand: Names) -> Condition:
    """Raises BadRequestData with the position of what was not understood, OperationNotSupported."""
    if len(text) > _LONGEST:
        raise BadRequestData(f"q is longer than {_LONGEST} characters")
    return _Parser(text, expand).whole()


class _Parser:
    def __init__(self, text: str, expand: Names) -> None:
        self._text = text
        self._expand = expand
        self._at = 0
        self._depth = 0
        self._conditions = 0

    def whole(self) -> Condition:
        condition = self._any()
        if self._at < len(self._text):
            raise self._expected("';', '|' or the end")
        return condition

    # conditions

    def _any(self) -> Condition:
        parts = [self._all()]
        while self._take("|"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self) -> Condition:
        parts = [self._term()]
        while self._take(";"):
            parts.append(self._term())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _term(self) -> Condition:
        start = self._at
        is_negated = self._take("!")
        if not is_negated and not self._take("("):
            return self._comparison()
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._wrong(start, f"nests deeper than {_DEEPEST} '(' and '!'")
        condition: Condition = Not(self._term()) if is_negated else self._any()
        if not is_negated and not self._take(")"):
            raise self._expected("')'")
        self._depth -= 1
        return condition

    def _comparison(self) -> Condition:
        self._conditions += 1
        if self._conditions > _CONDITIONS_AT_MOST:
            raise self._wrong(self._at, f"has more than {_CONDITIONS_AT_MOST} conditions")
        path = self._path()
        operator = next((each for each in _OPERATORS if self._take(each)), None)
        if operator is None:
            return Exists(path)
        start = self._at
        value = self._pattern() if operator in ("~=", "!~=") else self._value()
        if isinstance(value, Range | AnyOf) and operator not in _EQUALITY:
            raise self._wrong(start, f"a range or list is compared with == or !=, not with {operator}")
        if isinstance(value, Boolean | Uri) and operator not in _EQUALITY:
            raise self._wrong(start, f"true, false and URIs are compared with == or !=, not with {operator}")
        return Compare(path, Operator(operator), value)

    # paths

    def _path(self) -> Path:
        names = [self._name()]
        while self._take("."):
            names.append(self._name())
        if self._peek("{"):
            raise OperationNotSupported(
                f"q, at character {self._at + 1}: conditions on linked entities, '{{…}}', are not supported"
            )
        last_is_member = len(names) > 1 and names[-1] in MEMBERS
        attributes = [self._expand(name) for name in names[: len(names) - last_is_member]]
        return Path((*attributes, *names[len(attributes) :]), self._members())

    def _members(self) -> tuple[str, ...]:
        if not self._take("["):
            return ()
        start = self._at
        end = self._text.find("]", start)
        if end < 0:
            self._at = len(self._text)
            raise self._expected("']'")
        members = tuple(self._text[self._at : end].split("."))
        self._at = end + 1
        if len(members) > _MEMBERS_AT_MOST:
            raise self._wrong(start, f"a path into a value has at most {_MEMBERS_AT_MOST} members")
        if not all(members):
            raise self._wrong(start, f"'[{'.'.join(members)}]' is no path into a value")
        return members

    def _name(self) -> str:
        found = _NAME.match(self._text, self._at)
        if not found:
            raise self._expected("an attribute's name")
        self._at = found.end()
        return found.group()

    # values

    def _value(self) -> Value:
        values: list[Scalar | Range] = [self._scalar_or_range()]
        while self._take(","):
            values.append(self._scalar_or_range())
        return values[0] if len(values) == 1 else AnyOf(tuple(values))

    def _scalar_or_range(self) -> Scalar | Range:
        start = self._at
        lowest = self._scalar()
        if not self._take(".."):
            return lowest
        highest = self._scalar()
        if type(lowest) is not type(highest) or isinstance(lowest, Boolean | Uri):
            raise self._wrong(start, "the two ends of a range are two numbers, two texts or two moments")
        return Range(lowest, highest)

    def _scalar(self) -> Scalar:
        start = self._at
        if self._peek('"'):
            try:
                return Text(_ESCAPED.sub(_unescaped, self._quoted()))
            except msgspec.DecodeError as error:
                raise self._wrong(start, f"half of a pair of surrogates: {error}") from error
        bare = self._bare()
        if not bare:
            self._at = start
            raise self._expected("a value")
        meaning = _meaning(bare)
        if isinstance(meaning, Number) and math.isinf(meaning.value):
            raise self._wrong(start, f"'{bare[:20]}' is a number beyond all that are kept")
        return meaning

    def _pattern(self) -> Text:
        """A regular expression: quoted, or all up to ``;``, ``|`` or ``)`` outside its own parentheses and brackets."""
        if self._peek('"'):
            # Of a regular expression's own escapes JSON would make something else.
            return Text(_ESCAPED_IN_PATTERN.sub(r"\1", self._quoted()))
        start, depth, in_class = self._at, 0, False
        while self._at < len(self._text):
            sign = self._text[self._at]
            if in_class or sign == "[":
                in_class = sign != "]"
            elif depth == 0 and sign in ";|)":
                break
            else:
                depth += (sign == "(") - (sign == ")")
            self._at += 2 if sign == "\\" else 1
        if self._at == start:
            raise self._expected("a regular expression")
        return Text(self._text[start : self._at])

    def _quoted(self) -> str:
        """What stands between quotation marks, as it is written."""
        found = _QUOTED.match(self._text, self._at)
        if not found:
            raise self._expected("a closing '\"'")
        self._at = found.end()
        return found[1]

    def _bare(self) -> str:
        comma = _COMMA_MOMENT.match(self._text, self._at)
        found = _BARE_END.search(self._text, comma.end() if comma else self._at)
        stop = found.start() if found else len(self._text)
        range_sign = self._text.find("..", self._at, stop)
        # In a URI two dots are a step up in its path; URIs have no ranges.
        if range_sign >= 0 and not _URI.fullmatch(self._text[self._at : stop].strip()):
            stop = range_sign
        bare = self._text[self._at : stop].strip()
        self._at = stop
        return bare

    # signs

    def _peek(self, sign: str) -> bool:
        return self._text.startswith(sign, self._at)

    def _take(self, sign: str) -> bool:
        if self._peek(sign):
            self._at += len(sign)
            return True
        return False

    def _expected(self, what: str) -> BadRequestData:
        rest = self._text[self._at : self._at + 20]
        found = f"'{rest}'" if rest else "the end"
        return self._wrong(self._at, f"expected {what}, found {found}")

    def _wrong(self, at: int, what: str) -> BadRequestData:
        return BadRequestData(f"q, at character {at + 1}: {what}")


def _unescaped(found: re.Match[str]) -> str:
    """What a JSON string means by an escape; pairs of surrogates stand together. Raises msgspec.DecodeError."""
    sign = found[1]
    return _ESCAPES.get(sign, sign) if sign else str(msgspec.json.decode(f'"{found[0]}"'))


def _meaning(bare: str) -> Scalar:
    if bare in ("true", "false"):
        return Boolean(bare == "true")
    if _NUMBER.fullmatch(bare):
        return Number(float(bare))
    if _MOMENT.fullmatch(bare):
        return Moment(bare)
    if _URI.fullmatch(bare):
        return Uri(bare)
    return Text(bare)


# ── back to text ────────────────────────────────────────────────────────────────────────────────────────────────────


def write(condition: Condition, compact: Names) -> str:
    """The text that ``parse`` makes this condition of."""
    match condition:
        case And(parts):
            return ";".join(_within(part, compact, (And, Or)) for part in parts)
        case Or(parts):
            return "|".join(_within(part, compact, (Or,)) for part in parts)
        case Not(part):
            return "!" + _within(part, compact, (And, Or, Compare))
        case Exists(path):
            return _path_text(path, compact)
        case Compare(path, operator, value):
            return f"{_path_text(path, compact)}{operator.value}{_value_text(value)}"


def _within(condition: Condition, compact: Names, in_parentheses: tuple[type, ...]) -> str:
    text = write(condition, compact)
    return f"({text})" if isinstance(condition, in_parentheses) else text


def _path_text(path: Path, compact: Names) -> str:
    names = [name if index and name in MEMBERS else compact(name) for index, name in enumerate(path.attributes)]
    return ".".join(names) + (f"[{'.'.join(path.members)}]" if path.members else "")


def _value_text(value: Value) -> str:
    match value:
        case AnyOf(values):
            return ",".join(_value_text(each) for each in values)
        case Range(lowest, highest):
            return f"{_value_text(lowest)}..{_value_text(highest)}"
        case Text(text):
            return _quoted(text)
        case Boolean(truth):
            return "true" if truth else "false"
        case Number(number):
            return repr(number)
        case Moment(text) | Uri(text):
            # A URI may have signs that mean something in q; quoted it is compared alike.
            return (
                text
                if _meaning(text) == value and (isinstance(value, Moment) or not _BARE_END.search(text))
                else _quoted(text)
            )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
