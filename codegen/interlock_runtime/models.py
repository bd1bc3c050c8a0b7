"""What generated classes are made of: the base of all models, and decimals that keep their wire text."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


class Model(BaseModel):
    """
    An object of the wire, unchangeable.

    People write and read its members by their Python names, and a misspelt one is refused. The wire has other names,
    and `Contract.parse` reads by those alone and keeps members that it does not know (`model_extra`).
    """

    model_config = ConfigDict(
        frozen=True,
        extra="allow",  # what a newer minor adds is kept, and goes out again or is refused when it is written
        validate_by_name=True,
        validate_by_alias=False,
        serialize_by_alias=True,
        protected_namespaces=(),
        allow_inf_nan=False,
    )

    def __init__(self, /, **members: Any) -> None:
        """Take members by their Python names; raise ValidationError for one that is not declared."""
        self.__pydantic_validator__.validate_python(members, self_instance=self, extra="forbid")

    # What pydantic sets on its own constructor: parsing need not come through here.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]


class DecimalText(Decimal):
    """
    A decimal number that is a string on the wire; `wire` has its digits as they were written.

    >>> DecimalText("007.50").wire, DecimalText("007.50") == Decimal("7.5")
    ('007.50', True)
    """

    __slots__ = ("_wire",)
    _wire: str

    def __new__(cls, value: str | int | Decimal) -> Self:
        """Take digits as text, or an exact number; a float is refused since its digits are not what was meant."""
        if isinstance(value, float):
            raise TypeError("a float has no exact decimal digits: give a text such as '19.90' or a Decimal")
        number = super().__new__(cls, value)
        number._wire = value if isinstance(value, str) else format(number, "f")
        return number

    @property
    def wire(self) -> str:
        """The text on the wire."""
        return self._wire

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        """Copy and pickle with the wire text."""
        return type(self), (self._wire,)

    def __copy__(self) -> Self:
        """Return itself, since it never changes."""
        return self

    def __deepcopy__(self, memo: object) -> Self:
        """Return itself, since it never changes."""
        return self

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read from digits as text and from exact numbers."""
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            cls._read,
            json_schema_input_schema=core_schema.str_schema(),
            serialization=core_schema.plain_serializer_function_ser_schema(
                _written, info_arg=True, return_schema=core_schema.any_schema()
            ),
        )

    @classmethod
    def _read(cls, value: object) -> Self:
        """Return the decimal that a value says."""
        if isinstance(value, cls):
            return value
        if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
            try:
                return cls(value)
            except InvalidOperation:
                pass
        raise ValueError("no decimal number: give digits such as '19.90' or a Decimal")


def _written(value: DecimalText, info: Any) -> Any:
    """Return the wire text, or in Python mode the value itself."""
    return value if info.mode == "python" else value.wire
