"""Paths to the values that a rule judges."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

FieldPath = Annotated[str, Meta(pattern=r"\A(/([^~/]|~[01])*)*\Z", max_length=400)]
"""A JSON Pointer in which `*` stands for every element of an array or every value of a map."""

OnePath = Annotated[str, Meta(pattern=r"\A(/(?!\*(/|\Z))([^~/]|~[01])*)*\Z", max_length=400)]
"""A path to one value: no `*`, since what starts at each of many would be looked for too often."""
