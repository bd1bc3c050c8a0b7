"""Where each value of a YAML or JSON text stands, by composing it a second time with PyYAML."""

from __future__ import annotations

import yaml

from interlock.pointers import escape

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def positions(text: str) -> dict[str, tuple[int, int]]:
    """Return line and column (from 1) by JSON Pointer; a member's place is that of its key. Empty for broken text."""
    root = _composed(text)
    found: dict[str, tuple[int, int]] = {}
    waiting: list[tuple[str, yaml.Node]] = []
    if root is not None:
        found[""] = _place(root)
        waiting.append(("", root))
    while waiting:
        at, node = waiting.pop()
        for token, mark, value in _members(node):
            pointer = f"{at}/{escape(token)}"
            if pointer not in found:
                found[pointer] = _place(mark)
                waiting.append((pointer, value))
    return found


def repeated_key(text: str) -> tuple[str, int | None, int | None]:
    """Return the first key that stands twice in one map, with line and column; an empty key when none is found."""
    root = _composed(text)
    waiting = [root] if root is not None else []
    seen_nodes: set[int] = set()
    while waiting:
        node = waiting.pop(0)
        if id(node) in seen_nodes:
            continue
        seen_nodes.add(id(node))
        seen: set[str] = set()
        for token, mark, value in _members(node):
            if isinstance(node, yaml.MappingNode) and token in seen:
                return (str(token), *_place(mark))
            seen.add(str(token))
            waiting.append(value)
    return "", None, None


def _composed(text: str) -> yaml.Node | None:
    """Compose the node graph (aliases stay shared); None when the text is broken."""
    loader = _LOADER(text)
    try:
        return loader.get_single_node()
    except (yaml.YAMLError, RecursionError):
        return None
    finally:
        loader.dispose()


def _members(node: yaml.Node) -> list[tuple[str | int, yaml.Node, yaml.Node]]:
    """Return token, the node that marks the place, and the value's node."""
    if isinstance(node, yaml.MappingNode):
        return [(str(key.value), key, value) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [(index, item, item) for index, item in enumerate(node.value)]
    return []


def _place(node: yaml.Node) -> tuple[int, int]:
    """Return line and column from 1."""
    return node.start_mark.line + 1, node.start_mark.column + 1
