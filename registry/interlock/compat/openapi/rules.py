"""Every explicit rule of OpenAPI compatibility: what it says, how grave it is, what mends it, and its mirror image."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

WIRE, SOURCE, POLICY = "wire", "source", "policy"
"""Something sent is refused or means something else; generated code stops compiling; worth knowing."""
REQUEST, RESPONSE = "request", "response"
"""Who writes: the old document's clients, or the new document's servers."""


@dataclass(frozen=True, slots=True)
class ApiRule:
    """One rule: a row here, a small function that finds it, and a pair of cases."""

    id: str
    level: str
    what: str
    fix: str
    mirror: str
    """The rule that is its mirror image (request for response, add for remove), or the reason there is none."""


_KEEP = "keep the old form inside this major, or write a new major beside it"
_OPTIONAL = "leave it optional, or write a new major"

_ROWS = (
    ApiRule("path-removed", WIRE, "requests to a path are no longer taken", "keep the path until the major's sunset",
            "none: a path that is added takes what was refused before; see route-captured for what it takes away"),
    ApiRule("operation-removed", WIRE, "requests with a method are no longer taken on a path",
            "keep the operation, marked deprecated, until the major's sunset",
            "none: an operation that is added takes what was refused before"),
    ApiRule("webhook-removed", WIRE, "a webhook that clients wait for is no longer sent", _KEEP,
            "none: a webhook that is added goes only to clients that registered for it"),
    ApiRule("callback-removed", WIRE, "a callback that clients wait for is no longer sent", _KEEP,
            "none: the address of a callback that is added is chosen by clients that know it"),
    ApiRule("route-captured", WIRE, "a path that was added takes requests away from an older, more general one",
            "choose a path that no value of the older path's parameter spells",
            "none: a path that is removed is path-removed"),
    ApiRule("parameter-removed", WIRE, "a parameter that old clients send is no longer known",
            "keep the parameter and mark it deprecated", "none: a parameter that is added is parameter-required, or no break"),
    ApiRule("parameter-moved", WIRE, "a parameter that old clients send is now expected at another place",
            "take the parameter at both places", "itself: each move has a way back that breaks likewise"),
    ApiRule("parameter-required", WIRE, "a parameter that old clients may leave out is now needed", _OPTIONAL,
            "none: a parameter that becomes optional is taken from everyone who sends it"),
    ApiRule("parameter-style", WIRE, "a parameter is now read in another serialized form than old clients write",
            "keep style, explode and content of the parameter", "itself: each form is foreign to the other; header-style for responses"),
    ApiRule("empty-value-refused", WIRE, "a query parameter may no longer be sent without a value",
            "keep allowEmptyValue", "none: allowing an empty value refuses nothing"),
    ApiRule("default-changed", WIRE, "what is left out of a request now means something else",
            "keep the default; let clients state the new value", "itself: each default is foreign to the other"),
    ApiRule("known-value-removed", WIRE, "a listed value of an open list in a request is no longer known",
            "keep the value and mark it deprecated in the description",
            "none: a value added to an open list is what the list is open for"),
    ApiRule("request-body-required", WIRE, "a request body that old clients may leave out is now needed", _OPTIONAL,
            "none: a body that becomes optional is taken from everyone who sends it"),
    ApiRule("request-body-removed", WIRE, "a request body that old clients send is no longer read", _KEEP,
            "request-body-required"),
    ApiRule("media-type-removed", WIRE, "a media type that old clients send or ask for is no longer there",
            "keep the media type beside the new one", "none: who adds a media type leaves the choice to the client"),
    ApiRule("media-type-generalised", WIRE, "a response no longer says which media type of a range it has",
            "keep the concrete media type beside the range", "media-type-removed, for the narrowed range of a request"),
    ApiRule("content-encoding-changed", WIRE, "a string now holds its content in another encoding or media type",
            "add a member with the new encoding beside it", "itself: each encoding is foreign to the other"),
    ApiRule("encoding-changed", WIRE, "a part of a form or multipart body is now read in another form",
            "keep contentType, style and explode of the part", "itself: each form is foreign to the other"),
    ApiRule("xml-mapping-changed", WIRE, "a part of an XML body is now another element or attribute",
            "keep name, namespace, attribute and wrapped of the part", "itself: each form is foreign to the other"),
    ApiRule("response-status-removed", WIRE, "a success that old clients wait for is no longer documented",
            "keep the status", "response-status-added"),
    ApiRule("header-removed", WIRE, "a response header that old clients rely on is no longer sent",
            "keep the header", "none: a header that is added is ignored by clients that do not know it (RFC 9110 section 5.1)"),
    ApiRule("header-became-optional", WIRE, "a response header that old clients rely on may now be missing",
            "keep the header required", "parameter-required, for requests"),
    ApiRule("header-style", WIRE, "a response header is now written in another serialized form than old clients read",
            "keep explode and content of the header", "parameter-style, for requests"),
    ApiRule("security-tightened", WIRE, "credentials that were enough no longer are",
            "keep the old alternative beside the new one", "security-dropped"),
    ApiRule("security-scheme-changed", WIRE, "credentials are now asked for at another place or in another form",
            "add a second scheme and offer either", "itself: each scheme is foreign to the other"),
    ApiRule("server-removed", WIRE, "an address that old clients call is no longer served",
            "keep the address until the major's sunset", "none: an address that is added is one more to call"),
    ApiRule("operation-id-changed", SOURCE, "the generated method has another name",
            "keep the operationId; it is no path and need not follow it", "itself: each name is foreign to the other"),
    ApiRule("component-removed", SOURCE, "the generated class is gone",
            "keep the component's name, be it as a reference to the new one", "none: a component that is added is a class more"),
    ApiRule("parameter-renamed", SOURCE, "the generated method's argument has another name",
            "keep the parameter's name; on the wire only its position counts", "itself: each name is foreign to the other"),
    ApiRule("discriminator-changed", SOURCE, "generated code tells variants apart by another member or value",
            "keep propertyName and the mapping's entries", "none: an entry that is added to the mapping names one variant more"),
    ApiRule("response-status-added", POLICY, "a success may arrive that old clients know by its class only (RFC 9110 section 15)",
            "tell the clients, or answer with a status that they know", "response-status-removed"),
    ApiRule("problem-type-added", POLICY, "an error may be told by a problem type that old clients do not know (RFC 9457 section 3.1.1)",
            "tell the clients; they know the error by its status", "none: a type that no longer comes is not missed"),
    ApiRule("default-documented", POLICY, "a default is now stated that was not, or no longer stated",
            "make sure that it says what was done before", "itself"),
    ApiRule("security-dropped", POLICY, "an operation that asked for credentials now takes anyone",
            "make sure that the owner of the product agrees", "security-tightened"),
    ApiRule("link-removed", POLICY, "a link that clients may follow is no longer described", "keep the link",
            "none: a link that is added need not be followed"),
    ApiRule("link-changed", POLICY, "a link leads to another operation or fills it differently", "add a second link",
            "itself"),
    ApiRule("deprecation-without-sunset", POLICY, "an operation is deprecated without a date",
            "state x-sunset, or deprecate the whole major in its lifecycle", "none: what is no longer deprecated needs no date"),
    ApiRule("sunset-too-soon", POLICY, "an operation ends before the notice that clients were promised is over",
            "choose a later date", "none: a longer notice harms nobody"),
    ApiRule("sunset-moved-earlier", POLICY, "an operation ends earlier than was announced", "keep the date or choose a later one",
            "none: a later end harms nobody"),
    ApiRule("sunset-removed", POLICY, "an operation is still deprecated and its end is no longer announced",
            "keep x-sunset", "deprecation-without-sunset"),
)  # fmt: skip

API_RULES: Mapping[str, ApiRule] = MappingProxyType({row.id: row for row in _ROWS})
"""Every explicit rule by its id; what schemas refuse keeps the cause of the JSON Schema engine."""
