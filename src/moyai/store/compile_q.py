"""The q tree as SQL. Source: ETSI GS CIM 009 V1.9.1, clause 4.9.

A comparison holds where one instance of the attribute satisfies it, whatever its datasetId. An array is equal to what
is among its elements, and unequal to what is not; what is not there is neither. Values of different kinds are
unequal, and are unequal, and neither is greater. What has no text neither matches a pattern nor fails to.
"""

from __future__ import annotations

from collections.abc import Sequence

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
from moyai.query import moments, patterns
from moyai.store import rows
from moyai.store.fragment import Fragment, Parameter, all_of, any_of, negated, path_is

_CORE = "https://uri.etsi.org/ngsi-ld/"
_SYSTEM = {f"{_CORE}createdAt": "created", f"{_CORE}modifiedAt": "modified"}
"""Times of the entity itself: columns, not values."""
_NEGATIVE = {Operator.UNEQUAL: Operator.EQUAL, Operator.DIFFERS: Operator.MATCHES}
_NOT_KEPT = {"createdAt", "modifiedAt", "lang", "type"}
_ANY_LANGUAGE = "*"


def condition(tree: Condition) -> Fragment:
    """Of candidates ``c.id``. Raises BadRequestData for a pattern that is no regular expression."""
    match tree:
        case And(parts=parts):
            return all_of(_together(parts))
        case Or(parts=parts):
            return any_of([condition(part) for part in parts])
        case Not(part=part):
            return negated(condition(part))
        case Exists(path=path):
            return _exists(path)
        case Compare(path=path, operator=operator, value=value):
            return _compare(path, operator, value)


def _together(parts: Sequence[Condition]) -> list[Fragment]:
    """Each part; ``a>=1;a<=2`` as one, for one range of an index is far smaller than two that overlap."""
    found: list[Fragment] = []
    open_ended: dict[tuple[Path, str], Compare] = {}
    for part in parts:
        side = _side(part)
        if side is None or not isinstance(part, Compare):
            found.append(condition(part))
            continue
        column, direction = side
        other = open_ended.pop((part.path, column + _OPPOSITE[direction]), None)
        if other is not None:
            found.append(_between(part, other))
        elif (part.path, column + direction) in open_ended:
            found.append(condition(part))
        else:
            open_ended[part.path, column + direction] = part
    return [*found, *(condition(part) for part in open_ended.values())]


_DIRECTION = {Operator.GREATER: ">", Operator.GREATER_EQUAL: ">", Operator.LESS: "<", Operator.LESS_EQUAL: "<"}
_OPPOSITE = {">": "<", "<": ">"}


def _side(part: Condition) -> tuple[str, str] | None:
    """Column and direction of a comparison that is open at one end."""
    if not isinstance(part, Compare) or _system_column(part.path) or isinstance(part.value, AnyOf | Range):
        return None
    direction = _DIRECTION.get(part.operator)
    return (_column(part.value)[0], direction) if direction else None


def _between(first: Compare, second: Compare) -> Fragment:
    """One value within both, or of several values one within each."""
    here = path_is(_key(first.path))
    tests = [_element(each.operator, each.value) for each in (first, second)]
    # "+" keeps SQLite from the index on values, which it thinks narrower than the few values of one entity.
    of_entity = path_is(_key(first.path), "+path").text
    one_of_several = " AND ".join(
        f"EXISTS (SELECT 1 FROM value WHERE id = further.id AND {of_entity} AND {test.text})" for test in tests
    )
    text = (
        f"c.id IN (SELECT id FROM value WHERE {here.text} AND {tests[0].text} AND {tests[1].text}"
        f" UNION SELECT id FROM value further WHERE {here.text} AND instance + element > 0 AND {one_of_several})"
    )
    within = (*here.parameters, *tests[0].parameters, *tests[1].parameters)
    apart = [each for test in tests for each in (*here.parameters, *test.parameters)]
    return Fragment(text, (*within, *here.parameters, *apart))


def _exists(path: Path) -> Fragment:
    if _system_column(path):
        return Fragment("1")
    here = path_is(_key(path))
    return Fragment(f"EXISTS (SELECT 1 FROM value WHERE id = c.id AND {here.text})", here.parameters)


def _compare(path: Path, operator: Operator, value: Value) -> Fragment:
    if column := _system_column(path):
        return _compare_system(column, operator, value)
    here = path_is(_key(path))
    if operator in _NEGATIVE:
        return _no_element(here, _element(_NEGATIVE[operator], value), of_texts=operator is Operator.DIFFERS)
    element = _element(operator, value)
    if operator is Operator.MATCHES:
        text = f"EXISTS (SELECT 1 FROM value WHERE id = c.id AND {here.text} AND {element.text})"
    else:
        text = f"c.id IN (SELECT id FROM value WHERE {here.text} AND {element.text})"
    return Fragment(text, (*here.parameters, *element.parameters))


def _no_element(here: Fragment, element: Fragment, *, of_texts: bool) -> Fragment:
    """There is an instance with no such element; ``of_texts``: which has a text at all."""
    has_text = " AND count(text) > 0" if of_texts else ""
    text = (
        f"EXISTS (SELECT 1 FROM value WHERE id = c.id AND {here.text}"
        f" GROUP BY instance HAVING max(coalesce({element.text}, 0)) = 0{has_text})"
    )
    return Fragment(text, (*here.parameters, *element.parameters))


def _compare_system(column: str, operator: Operator, value: Value) -> Fragment:
    of_entity = "EXISTS (SELECT 1 FROM (SELECT {} AS moment, NULL AS text, NULL AS number, NULL AS boolean"
    source = of_entity.format(column) + " FROM entity WHERE id = c.id) WHERE "
    if operator is Operator.DIFFERS:  # a time is no text
        return Fragment("0")
    element = _element(_NEGATIVE.get(operator, operator), value)
    test = f"NOT coalesce({element.text}, 0)" if operator in _NEGATIVE else element.text
    return Fragment(f"{source}{test})", element.parameters)


def _element(operator: Operator, value: Value) -> Fragment:
    """Of one row of ``value``."""
    match value:
        case AnyOf(values=values):
            _require_equality(operator, "a list")
            found = any_of([_element(operator, each) for each in values])
            return Fragment(f"({found.text})", found.parameters)
        case Range(lowest=lowest, highest=highest):
            _require_equality(operator, "a range")
            found = all_of([_scalar(Operator.GREATER_EQUAL, lowest), _scalar(Operator.LESS_EQUAL, highest)])
            return Fragment(f"({found.text})", found.parameters)
    return _scalar(operator, value)


def _require_equality(operator: Operator, what: str) -> None:
    if operator is not Operator.EQUAL:
        raise BadRequestData(f"{operator} cannot be asked of {what}")


def _scalar(operator: Operator, value: Scalar) -> Fragment:
    if operator is Operator.MATCHES:
        return Fragment("matches(text, ?)", (patterns.compiled(str(value.value)),))
    column, parameter = _column(value)
    sign = "=" if operator is Operator.EQUAL else operator.value
    return _same_kind(Fragment(f"{column} {sign} ?", (parameter,)), operator)


def _column(value: Scalar) -> tuple[str, Parameter]:
    match value:
        case Number(value=number):
            return "number", number
        case Boolean(value=boolean):
            return "boolean", int(boolean)
        case Moment(value=text):
            moment = moments.of(text)
            return ("moment", moment) if moment else ("text", text)
        case Text(value=text) | Uri(value=text):
            return "text", text


def _same_kind(test: Fragment, operator: Operator) -> Fragment:
    """Dates and times of day stand in one column; keep one from being before or after the other."""
    if not test.text.startswith("moment"):
        return test
    is_time = str(test.parameters[0]).startswith(moments.TIMES)
    if is_time and operator in (Operator.LESS, Operator.LESS_EQUAL):
        return Fragment(f"({test.text} AND moment >= ?)", (*test.parameters, moments.TIMES))
    if not is_time and operator in (Operator.GREATER, Operator.GREATER_EQUAL):
        return Fragment(f"({test.text} AND moment < ?)", (*test.parameters, moments.TIMES))
    return test


def _system_column(path: Path) -> str:
    is_plain = len(path.attributes) == 1 and not path.members
    return _SYSTEM.get(path.attributes[0], "") if is_plain else ""


def _key(path: Path) -> str:
    """Raises OperationNotSupported for a member that leaves no row, rather than never finding anything."""
    if len(path.attributes) > 1 and path.attributes[-1] in _NOT_KEPT:
        raise OperationNotSupported(f"q cannot ask for the member '{path.attributes[-1]}' of an attribute")
    members = path.members[:-1] if path.members[-1:] == (_ANY_LANGUAGE,) else path.members
    return rows.path_key(path.attributes, members)
