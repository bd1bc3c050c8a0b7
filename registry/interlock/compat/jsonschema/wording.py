"""What a cause says to people: one sentence, without a place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .values import external, frozen, is_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from .causes import Leaf

LONGEST = 60


def shown(value: Any) -> str:
    """A value as JSON, cut when it is long."""
    text = json.dumps(external(value), default=str, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def sentence(leaf: Leaf, value: Any, old: Any) -> str:
    """What the writer may send and the reader does not take; `value` is what stands at the place in the witness."""
    says = leaf.here.place.schema
    said = says.get(leaf.keyword) if isinstance(says, dict) else says
    return _SENTENCES[leaf.cause](leaf, value, said, old)


def _type(_leaf: Leaf, value: Any, said: Any, _old: Any) -> str:
    names = [said] if isinstance(said, str) else said
    return f"the writer may send {_kind(value)}, the reader takes only {_either(names)}"


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if is_number(value):
        return f"the number {shown(value)}"
    return "a string" if isinstance(value, str) else "an object" if isinstance(value, dict) else "an array"


def _either(names: list[Any]) -> str:
    return " or ".join(map(str, names))


def _required(leaf: Leaf, _value: Any, _said: Any, _old: Any) -> str:
    return f"the writer may leave out {leaf.subject}, which the reader requires"


def _enum(_leaf: Leaf, value: Any, said: Any, old: Any) -> str:
    known = {frozen(v) for v in said} if isinstance(said, list) else set()
    gone = [v for v in old if frozen(v) not in known] if isinstance(old, list) else []
    values = gone if frozen(value) in {frozen(v) for v in gone} else [value]
    more = f" and {len(values) - 4} more" if len(values) > 4 else ""  # noqa: PLR2004 - four are enough to recognise
    return f"the writer may send {', '.join(shown(v) for v in values[:4])}{more}, not among the reader's values"


def _const(_leaf: Leaf, value: Any, said: Any, _old: Any) -> str:
    return f"the writer may send {shown(value)}, the reader takes only {shown(said)}"


def _pattern(_leaf: Leaf, value: Any, said: Any, _old: Any) -> str:
    return f"the writer may send {shown(value)}, which does not match the reader's pattern {said}"


def _format(_leaf: Leaf, value: Any, said: Any, _old: Any) -> str:
    return f"the writer may send {shown(value)}, which is no {said}"


_BOUNDS = {
    "minimum": "{} or more", "maximum": "{} or less", "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}", "minLength": "{} characters or more", "maxLength": "{} characters or fewer",
    "minItems": "{} items or more", "maxItems": "{} items or fewer",
    "minProperties": "{} members or more", "maxProperties": "{} members or fewer",
}  # fmt: skip


def _bound(leaf: Leaf, value: Any, said: Any, _old: Any) -> str:
    wanted = _BOUNDS.get(leaf.keyword, "{}").format(shown(said))
    return f"the writer may send {_size(value)}, the reader takes {wanted}"


def _size(value: Any) -> str:
    if isinstance(value, dict):
        return f"an object of {len(value)} members"
    if isinstance(value, list):
        return f"an array of {len(value)} items"
    return f"a string of {len(value)} characters" if isinstance(value, str) else shown(value)


def _multiple(_leaf: Leaf, value: Any, said: Any, _old: Any) -> str:
    return f"the writer may send {shown(value)}, the reader takes only multiples of {shown(said)}"


def _unique(_leaf: Leaf, _value: Any, _said: Any, _old: Any) -> str:
    return "the writer may send equal items twice, the reader wants each only once"


def _contains(leaf: Leaf, _value: Any, _said: Any, _old: Any) -> str:
    number = "more" if leaf.keyword == "maxContains" else "fewer"
    return f"the writer may send {number} matching items than the reader takes"


def _extra_item(_leaf: Leaf, _value: Any, _said: Any, _old: Any) -> str:
    return "the writer may send an item at a place where the reader takes none"


def _extra_member(leaf: Leaf, _value: Any, _said: Any, _old: Any) -> str:
    which = f"the member {leaf.subject}" if leaf.subject else "members of other names"
    return f"the writer may send {which}, which the reader does not know and refuses"


def _name(_leaf: Leaf, _value: Any, _said: Any, _old: Any) -> str:
    return "the writer may send a member whose name the reader refuses"


def _dependent(leaf: Leaf, _value: Any, _said: Any, _old: Any) -> str:
    name, other = leaf.subject
    return f"the writer may send {name} without {other}, which the reader then requires"


def _branch(leaf: Leaf, value: Any, _said: Any, _old: Any) -> str:
    if not leaf.keyword:
        return f"the writer may send {shown(value)}, which the reader's schema as a whole refuses"
    number = "more than one" if leaf.subject == "several" else "none"
    return f"the writer may send {shown(value)}, which fits {number} of the reader's branches"


def _not(_leaf: Leaf, value: Any, _said: Any, _old: Any) -> str:
    return f"the writer may send {shown(value)}, which the reader excludes"


def _never(_leaf: Leaf, value: Any, _said: Any, _old: Any) -> str:
    return f"the writer may send {shown(value)} where the reader takes nothing"


_SENTENCES: dict[str, Callable[[Leaf, Any, Any, Any], str]] = {
    "type": _type, "required": _required, "enum": _enum, "const": _const, "pattern": _pattern, "format": _format,
    "length": _bound, "bound": _bound, "multiple-of": _multiple, "item-count": _bound, "unique-items": _unique,
    "contains": _contains, "additional-item": _extra_item, "additional-member": _extra_member,
    "member-count": _bound, "member-name": _name, "dependent": _dependent, "branch": _branch, "not": _not,
    "never": _never,
}  # fmt: skip
"""One sentence for each cause."""
