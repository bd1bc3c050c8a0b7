"""Forms of named parts (RFC 7578): files as they are, values as text or JSON, each judged before anything leaves."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..violations import ContractViolation, violation
from ..wire import encoded
from .parameters import Parameter
from .problems import essence
from .serializing import json_judged, texts

MEDIA_TYPE = "multipart/form-data"
_BYTES = "application/octet-stream"
_MEDIA = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+/[!#$%&'*+\-.^_`|~0-9A-Za-z]+(;[ -~]*)?\Z")
"""A media type and its parameters (RFC 9110 section 8.3.1)."""
_ENDING = re.compile(r'[\x00-\x1f\x7f"\\\ud800-\udfff]')
"""What would end a quoted name early, or ends it for some readers only (RFC 7578 section 4.2)."""
Sent = tuple[str, bytes]
"""What stands before a part's content and after its name, and the content."""


@dataclass(frozen=True, slots=True)
class FormFile:
    """A file in a form: what it is called, its bytes, and what kind of file it is."""

    name: str
    content: bytes = field(repr=False)
    media_type: str | None = None
    """None for the one that the contract says, or else for bytes of any kind."""

    def __post_init__(self) -> None:
        """Refuse an open file or a text, which is not what will be sent."""
        if not _is_bytes(self.content):
            raise TypeError(f"the content of a file is of type {type(self.content).__name__}: give its bytes")


@dataclass(frozen=True)
class ValuePart:
    """A part that holds a value; each item of a list is a part of its own (RFC 7578 section 4.3)."""

    parameter: Parameter
    """Its name, and what judges its value."""
    media_type: str = "text/plain; charset=utf-8"

    @property
    def name(self) -> str:
        """The name of the part."""
        return self.parameter.name

    @property
    def required(self) -> bool:
        """Whether each form has it."""
        return self.parameter.required

    def sent(self, value: Any) -> Iterator[Sent]:
        """Yield what is sent for a value; raise ContractViolation when it breaks the contract."""
        plain = json_judged(self.parameter, value)
        for text in _json_texts(self.parameter, plain) if self.parameter.as_json else texts(self.parameter, plain):
            yield f"\r\nContent-Type: {self.media_type}", text.encode()


@dataclass(frozen=True, slots=True)
class FilePart:
    """A part that holds a file, or several parts of one name that hold files."""

    name: str
    required: bool = False
    media_types: tuple[str, ...] = ()
    """Which kinds of files are taken; ranges such as `image/*` too. None for any."""
    several: bool = False
    least: int = 1
    """How many files there are, where there may be several."""
    most: int | None = None
    largest: int | None = None
    """The most bytes that a file has."""

    def sent(self, value: Any) -> Iterator[Sent]:
        """Yield what is sent for files; raise ContractViolation when one breaks the contract."""
        files = tuple(value) if self.several and isinstance(value, (list, tuple)) else (value,)
        if len(files) < self.least or (self.most is not None and len(files) > self.most):
            raise _refused(self.name, f"has {len(files)} files, and the contract says how many it takes")
        yield from (self._file(file) for file in files)

    def _file(self, file: Any) -> Sent:
        """Return what is sent for one file."""
        if not isinstance(file, FormFile):
            raise _refused(self.name, "is no file: give a FormFile with its name and its bytes")
        if self.largest is not None and len(file.content) > self.largest:
            raise _refused(self.name, f"has more than {self.largest} bytes")
        return f'; filename="{_quoted(self.name, file.name)}"\r\nContent-Type: {self._media_type(file)}', file.content

    def _media_type(self, file: FormFile) -> str:
        """Return the media type of a file; raise ContractViolation for one that the contract does not take."""
        if file.media_type is None:
            exact = [kind for kind in self.media_types if "*" not in kind]
            if len(self.media_types) > 1 or (self.media_types and not exact):
                raise _refused(
                    self.name, f"may be {', '.join(self.media_types)}: say which in FormFile(media_type=...)"
                )
            return exact[0] if exact else _BYTES
        if not _MEDIA.match(file.media_type):
            raise _refused(self.name, "has a media type that is none: write for example image/png")
        if self.media_types and not any(_covers(kind, file.media_type) for kind in self.media_types):
            raise _refused(self.name, f"is a file of another kind than {', '.join(self.media_types)}")
        return file.media_type


Part = ValuePart | FilePart


def written(name: str, sent: Iterable[Sent]) -> list[bytes]:
    """Return the parts of one name without what parts them."""
    head = f'Content-Disposition: form-data; name="{_quoted(name, name)}"'
    return [f"{head}{rest}\r\n\r\n".encode() + content for rest, content in sent]


def joined(parts: Sequence[bytes]) -> tuple[str, bytes]:
    """
    Return the media type and the bytes of a form.

    The boundary is a digest of the parts (RFC 2046 section 5.1.1), so that a command which is sent again has the same
    bytes, and a service that compares them knows it again.
    """
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    boundary = digest.hexdigest()
    line = f"--{boundary}".encode()
    body = b"".join(piece for part in parts for piece in (line, b"\r\n", part, b"\r\n"))
    return f"{MEDIA_TYPE}; boundary={boundary}", body + line + b"--\r\n"


def _json_texts(parameter: Parameter, value: Any) -> Iterator[str]:
    """Yield the JSON text of a value, or of each item of a list."""
    items = value if isinstance(value, list) and parameter.exploded else [value]
    if not items:
        raise _refused(parameter.name, "is empty, which can't be told from absent: leave the part out")
    yield from (encoded(item).decode() for item in items)


def _quoted(part: str, text: str) -> str:
    """Return a name that stands within quotes; raise ContractViolation for one that readers disagree on."""
    if not text or _ENDING.search(text):
        raise _refused(part, "has a name that is empty, or has a quote, a backslash or a control character in it")
    return text


def _is_bytes(content: object) -> bool:
    """Say whether a file's content is in memory."""
    return isinstance(content, bytes)


def _covers(kind: str, media_type: str) -> bool:
    """Say whether a media type is of a kind that is taken."""
    wanted, given = essence(kind), essence(media_type)
    return wanted in (given, "*/*") or (wanted.endswith("/*") and given.startswith(wanted[:-1]))


def _refused(name: str, why: str) -> ContractViolation:
    """Return the exception for a part that can't be sent."""
    return ContractViolation([violation("payload-invalid", f"/form/{name}", why)])
