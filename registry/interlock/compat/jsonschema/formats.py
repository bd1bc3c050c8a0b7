"""The formats of JSON Schema as regular languages, for the question that asserts them."""

from __future__ import annotations

from functools import lru_cache

from interlock.regex import EVERYTHING, Language

_SHORT_MONTHS = "(04|06|09|11)"
_LONG_MONTHS = "(01|03|05|07|08|10|12)"
_LEAP_YEAR = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
_DATE = (
    f"(([0-9]{{4}}-({_LONG_MONTHS}-(0[1-9]|[12][0-9]|3[01])|{_SHORT_MONTHS}-(0[1-9]|[12][0-9]|30)"
    f"|02-(0[1-9]|1[0-9]|2[0-8])))|{_LEAP_YEAR}-02-29)"
)
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?"
_OFFSET = "([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"


def _leap_second(hour: int) -> str:
    """
    The leap second of 23:59:60 UTC as clocks write it in one local hour (RFC 3339 section 5.6, appendix D).

    The fraction does not depend on the offset, so each local minute stands beside the one offset ahead of UTC and the
    one behind it at which it is 23:59.
    """
    minutes: list[str] = []
    for minute in range(60):
        ahead = (hour * 60 + minute - (23 * 60 + 59)) % 1440
        behind = -ahead % 1440
        offsets = [f"\\+{ahead // 60:02}:{ahead % 60:02}", f"-{behind // 60:02}:{behind % 60:02}"]
        zulu = ["[Zz]"] if ahead == 0 else []
        minutes.append(f"{minute:02}:60(\\.[0-9]+)?({'|'.join(zulu + offsets)})")
    return f"{hour:02}:({'|'.join(minutes)})"


_LEAP_SECOND = f"({'|'.join(_leap_second(hour) for hour in range(24))})"
_TIME = f"({_CLOCK}{_OFFSET}|{_LEAP_SECOND})"
_DAY_TIME = "T([0-9]+H([0-9]+M([0-9]+S)?)?|[0-9]+M([0-9]+S)?|[0-9]+S)"
_DAYS = "([0-9]+D|[0-9]+M([0-9]+D)?|[0-9]+Y([0-9]+M([0-9]+D)?)?)"
_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_QUOTED = '"([ !#-\\[\\]-~]|\\\\[ -~])*"'
_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = f"{_LABEL}(\\.{_LABEL})*"
_BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = f"{_BYTE}(\\.{_BYTE}){{3}}"
_H16 = "[0-9A-Fa-f]{1,4}"
_LS32 = f"({_H16}:{_H16}|{_IPV4})"
_IPV6 = "(" + "|".join([
    f"({_H16}:){{6}}{_LS32}", f"::({_H16}:){{5}}{_LS32}", f"({_H16})?::({_H16}:){{4}}{_LS32}",
    f"(({_H16}:){{0,1}}{_H16})?::({_H16}:){{3}}{_LS32}", f"(({_H16}:){{0,2}}{_H16})?::({_H16}:){{2}}{_LS32}",
    f"(({_H16}:){{0,3}}{_H16})?::{_H16}:{_LS32}", f"(({_H16}:){{0,4}}{_H16})?::{_LS32}",
    f"(({_H16}:){{0,5}}{_H16})?::{_H16}", f"(({_H16}:){{0,6}}{_H16})?::",
]) + ")"  # fmt: skip
_PCHAR = "([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_USER = "([A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*"
_REG_NAME = "([A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"
_FUTURE = "[vV][0-9A-Fa-f]+\\.[A-Za-z0-9._~!$&'()*+,;=:-]+"
_AUTHORITY = f"({_USER}@)?(\\[({_IPV6}|{_FUTURE})\\]|{_REG_NAME})(:[0-9]*)?"
_QUERY = f"(\\?({_PCHAR}|[/?])*)?(#({_PCHAR}|[/?])*)?"
_ABSOLUTE = f"(//{_AUTHORITY}(/{_PCHAR}*)*|/({_PCHAR}+(/{_PCHAR}*)*)?|{_PCHAR}+(/{_PCHAR}*)*|)"
_SEGMENT_NC = "([A-Za-z0-9._~!$&'()*+,;=@-]|%[0-9A-Fa-f]{2})+"
_RELATIVE = f"(//{_AUTHORITY}(/{_PCHAR}*)*|/({_PCHAR}+(/{_PCHAR}*)*)?|{_SEGMENT_NC}(/{_PCHAR}*)*|)"
_URI = f"[A-Za-z][A-Za-z0-9+.-]*:{_ABSOLUTE}{_QUERY}"
_POINTER = "(/([^~/]|~[01])*)*"

_PATTERNS = {
    "date": _DATE,
    "time": _TIME,
    "date-time": f"{_DATE}[Tt]{_TIME}",
    "duration": f"P({_DAYS}({_DAY_TIME})?|{_DAY_TIME}|[0-9]+W)",
    "uuid": "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
    "email": f"({_ATOM}(\\.{_ATOM})*|{_QUOTED})@({_HOST}|\\[({_IPV4}|IPv6:{_IPV6})\\])",
    "hostname": _HOST,
    "ipv4": _IPV4,
    "ipv6": _IPV6,
    "uri": _URI,
    "uri-reference": f"({_URI}|{_RELATIVE}{_QUERY})",
    "json-pointer": _POINTER,
    "relative-json-pointer": f"(0|[1-9][0-9]*)(#|{_POINTER})",
}
"""
RFC 3339 (date, time, duration), 4122, 5321, 1123, 2673, 4291, 3986, 6901 as patterns for the whole string.

A leap second is modelled where the offset is zero; with another offset its hour and minute would have to be computed.
"""

_UNMODELLED = frozenset({"regex", "idn-email", "idn-hostname", "iri", "iri-reference", "uri-template", "color"})
"""Formats that the drafts define and that are no regular language, or not one we model."""

_SINCE = {"duration": "2019-09", "uuid": "2019-09"}
"""Formats that only later drafts define; before them the name asserts nothing."""


@lru_cache(maxsize=64)
def format_language(name: str, dialect: str) -> Language | None:
    """The strings of a format: everything for a name that means nothing, None for one that is not modelled."""
    if name in _UNMODELLED:
        return None
    if name not in _PATTERNS or ("draft" in dialect and name in _SINCE):
        return EVERYTHING
    return Language.pattern(f"^{_PATTERNS[name]}$")
