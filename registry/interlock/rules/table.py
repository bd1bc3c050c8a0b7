"""Every rule, one row each; and asking them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from interlock.catalog import (
    Catalog,
    Contract,
    EnvelopeContract,
    EventContract,
    ProductContract,
    ReaderContract,
    TypeContract,
    Workflow,
)
from interlock.catalog.settings import CatalogSettings
from interlock.errors import UnknownRuleError
from interlock.findings import Finding, Level
from interlock.rules import (
    catalog as whole,
)
from interlock.rules import (
    examples,
    governance,
    invariants,
    keys,
    lineage,
    meaning,
    naming,
    ownership,
    readers,
    references,
    resilience,
    versioning,
    workflows,
)
from interlock.rules.apis import answers, commands, lists, policies
from interlock.rules.apis import examples as api_examples
from interlock.rules.frame import Rule, Scope, Violations
from interlock.rules.lifecycle import changes as moves
from interlock.rules.lifecycle import written as lifecycle
from interlock.rules.promises import events as event_promises
from interlock.rules.promises import products as product_promises
from interlock.rules.promises import shared as promises
from interlock.rules.schema import descriptions, patterns, profile, validity
from interlock.rules.subjects import CatalogChange, ContractChange, Inspection, Kept, Subject, kept, subjects

E, W = Level.ERROR, Level.WARNING
EVENT, PRODUCT, TYPE = (EventContract,), (ProductContract,), (TypeContract,)
OFFERED = (EventContract, ProductContract)
WRITTEN = (EventContract, TypeContract)
SCHEMED = (EventContract, TypeContract, EnvelopeContract)
MODED = (EventContract, ProductContract, EnvelopeContract)
ALL = (Contract,)


def _catalog(check: Callable[[Inspection], Violations], level: Level, *aliases: str) -> Rule:
    """A rule about the catalog as a whole."""
    return Rule(check, level, Scope.CATALOG, aliases=aliases)


def _each(
    kinds: tuple[type, ...],
    check: Callable[[Subject[Any]], Violations],
    level: Level,
    *aliases: str,
    authoring: bool = False,
    eases: bool = False,
) -> Rule:
    """A rule about each file of some kinds."""
    return Rule(check, level, Scope.ENTRY, kinds, aliases, authoring, eases)


def _change(check: Callable[[ContractChange], Violations], level: Level, *aliases: str) -> Rule:
    """A rule about a contract that was added, changed or removed."""
    return Rule(check, level, Scope.CHANGE, aliases=aliases)


def _kept(kinds: tuple[type, ...], check: Callable[[Kept[Any]], Violations], level: Level, *aliases: str) -> Rule:
    """A rule about a released contract of some kinds at base and head."""
    return Rule(check, level, Scope.KEPT, kinds, aliases)


def _both(check: Callable[[CatalogChange], Violations], level: Level, *aliases: str) -> Rule:
    """A rule about the catalog at base and head."""
    return Rule(check, level, Scope.CATALOG_CHANGE, aliases=aliases)


RULES: Mapping[str, Rule] = {
    rule.id: rule
    for rule in (
        _catalog(whole.has_contracts, W),
        _catalog(whole.names_are_unique, E, "L03"),
        _catalog(whole.levels_name_rules, W),
        _catalog(whole.dead_letters_name_an_event, E),
        _catalog(naming.type_prefix_is_reverse_dns, W),
        _each(EVENT, naming.event_type_carries_only_the_major, E, "L06", authoring=True),
        _each(EVENT, naming.schema_id_carries_the_version, E, "L06", authoring=True),
        _each(EVENT, naming.event_type_fits_the_envelope, E, "L06"),
        _each(ALL, lifecycle.deprecation_is_complete, E, "L11"),
        _each(ALL, lifecycle.sunset_gives_notice, E, "L11"),
        _each(ALL, lifecycle.successor_lives, E, "L11"),
        _each(ALL, lifecycle.migration_is_https, E, "L11"),
        _each(ALL, lifecycle.only_old_contracts_end, E, "L12"),
        _each(ALL, lifecycle.retired_contract_had_notice, E, "L12"),
        _each(ALL, lifecycle.sunset_lies_ahead, W, "L11"),
        _each(SCHEMED, validity.required_is_declared, E, "L13"),
        _each(SCHEMED, validity.definitions_are_used, E, "L13"),
        _each(EVENT, examples.event_has_example, E, "L14"),
        _each(WRITTEN, profile.reader_is_open, E, "L15", authoring=True, eases=True),
        _each(SCHEMED, descriptions.property_has_description, E, "L16", authoring=True, eases=True),
        _each(SCHEMED, descriptions.description_adds_to_name, W, "L16", authoring=True, eases=True),
        _each(SCHEMED, validity.is_valid, E),
        _each(SCHEMED, validity.is_readable_as_a_whole, E),
        _each(SCHEMED, patterns.patterns_are_matched_fast, W, "L17"),
        _each(WRITTEN, profile.stays_in_profile, W, "L18", authoring=True, eases=True),
        _each(WRITTEN, invariants.declarations_hold, E),
        _each(EVENT, keys.keys_resolve, E, "L27"),
        _each(EVENT, keys.missing_order_has_reason, E, "L27"),
        _each(EVENT, keys.subject_resolves, E, "L27"),
        _each(EVENT, lineage.event_has_trigger, E, "L28", authoring=True),
        _each(EVENT, lineage.causes_exist, E, "L28", authoring=True),
        _each(EVENT, lineage.trigger_commands_exist, E, "L28", authoring=True),
        _each(EVENT, lineage.triggers_are_results, E, "L28", authoring=True),
        _each(PRODUCT, lineage.operation_has_results, E, "L28", authoring=True),
        _each(PRODUCT, lineage.results_exist, E, "L28", authoring=True),
        _each(PRODUCT, lineage.results_are_triggers, E, "L28", authoring=True),
        _each(PRODUCT, lineage.product_has_operations, E, "L28"),
        _each(ALL, ownership.contract_has_owner, E, "L34"),
        _each(ALL, ownership.owner_is_a_team, E, "L34"),
        _each(EVENT, ownership.event_has_producers, E, "L34"),
        _each(EVENT, ownership.event_has_audience, E, "L34"),
        _each(EVENT, ownership.dead_letters_have_an_owner, E, "L34", "L36"),
        _each(PRODUCT, ownership.product_systems_exist, E, "L34"),
        _each((ReaderContract,), ownership.reader_is_known, E, "L34"),
        _each((Workflow,), ownership.workflow_is_known, E, "L34"),
        _catalog(ownership.teams_and_systems_are_listed, E, "L34"),
        _catalog(ownership.systems_and_sites_are_known, E, "L34"),
        _catalog(ownership.waivers_are_approved, E, "L34"),
        _each(PRODUCT, commands.command_takes_its_key, E, "L37", authoring=True, eases=True),
        _each(PRODUCT, commands.command_answers_conflict_and_refusal, E, "L37", authoring=True, eases=True),
        _each(PRODUCT, commands.command_is_traced, W, authoring=True, eases=True),
        _each(PRODUCT, commands.condition_has_its_answers, W, authoring=True, eases=True),
        _each(PRODUCT, commands.created_is_located, W, authoring=True, eases=True),
        _each(PRODUCT, commands.accepted_can_be_followed, W, authoring=True, eases=True),
        _each(PRODUCT, answers.errors_are_problems, E, "L37", authoring=True, eases=True),
        _each(PRODUCT, answers.operation_answers_what_can_happen, W, authoring=True, eases=True),
        _each(PRODUCT, answers.throttled_answer_says_when, W, authoring=True, eases=True),
        _each(PRODUCT, answers.problem_types_are_ours, W, authoring=True, eases=True),
        _each(PRODUCT, api_examples.example_is_valid, E, authoring=True, eases=True),
        _each(PRODUCT, lists.list_is_paged, E, "L37", authoring=True, eases=True),
        _each(PRODUCT, policies.operation_asks_for_its_scopes, E, authoring=True, eases=True),
        _each(PRODUCT, policies.authentication_is_declared, E, authoring=True, eases=True),
        _each(PRODUCT, policies.promises_name_operations, E),
        _each(PRODUCT, policies.repeats_are_recognised_long_enough, W),
        _each(PRODUCT, policies.audit_outlives_its_events, W),
        _each(PRODUCT, policies.partners_enter_by_experience, W),
        _each(PRODUCT, policies.two_majors_live_at_most, W),
        _each(PRODUCT, policies.ending_is_answered, W),
        _each(OFFERED, resilience.tier_has_its_policy, E, "L36"),
        _each(EVENT, resilience.replay_window_fits_retention, E, "L36"),
        _each(EVENT, resilience.critical_events_are_reconciled, E, "L36"),
        _each(ALL, references.resolve, E, "L38"),
        _each(ALL, references.stay_inside_the_catalog, E, "L38"),
        _each(ALL, references.make_progress, E, "L38"),
        _each((ReaderContract,), readers.read_events_exist, E, "L38"),
        _each((ReaderContract,), readers.range_holds_a_living_version, E, "L38"),
        _each((ReaderContract,), readers.fields_resolve, E, "L38"),
        _each((ReaderContract,), readers.replay_fits_the_event, E, "L36"),
        _each((Workflow,), workflows.steps_are_contracts, E, "L28"),
        _each((Workflow,), workflows.steps_follow_steps, E, "L28"),
        _each((Workflow,), workflows.steps_have_a_start, E, "L28"),
        _change(versioning.version_never_goes_down, E, "L07"),
        _change(versioning.bump_covers_change, E, "L07"),
        _change(versioning.over_bump_has_reason, E, "L07"),
        _kept(ALL, moves.status_moves_forward, E, "L12"),
        _kept(ALL, moves.sunset_moves_later, E, "L11"),
        _kept(ALL, moves.deprecation_gives_notice, E, "L11"),
        _kept(ALL, moves.retiring_waits, E, "L12"),
        _change(moves.removal_waits, E, "L10"),
        _kept(ALL, meaning.unit_is_kept, E, "meaning/unit-changed"),
        _kept(ALL, meaning.time_zone_is_kept, E, "meaning/time-zone-changed"),
        _kept(ALL, meaning.code_list_is_kept, E, "meaning/code-list-changed"),
        _kept(ALL, meaning.identifier_scheme_is_kept, E, "meaning/identifier-scheme-changed"),
        _kept(OFFERED, promises.tier_is_not_lowered, E),
        _kept(OFFERED, promises.classification_is_not_lowered, E, "L31"),
        _kept(OFFERED, promises.readers_may_see_it, W, "L31"),
        _kept(OFFERED, promises.audience_is_not_narrowed, E),
        _kept(MODED, promises.compatibility_mode_is_kept, W),
        _kept(WRITTEN, promises.invariants_are_kept, E),
        _kept(EVENT, event_promises.retention_covers_readers, E),
        _kept(EVENT, event_promises.replay_window_covers_readers, E),
        _kept(EVENT, event_promises.sla_is_kept, W),
        _kept(EVENT, event_promises.keys_are_kept, E),
        _kept(EVENT, event_promises.dead_letters_are_kept, E),
        _kept(EVENT, event_promises.on_invalid_is_not_loosened, E),
        _kept(EVENT, event_promises.producers_are_kept, W),
        _kept(EVENT, event_promises.reconciliation_is_kept, E),
        _kept(EVENT, event_promises.readers_stay_open, E),
        _kept(EVENT, event_promises.subject_is_kept, E),
        _kept(PRODUCT, product_promises.authentication_is_kept, E),
        _kept(PRODUCT, product_promises.authorization_is_not_tightened, E),
        _kept(PRODUCT, product_promises.authorization_is_not_loosened, W),
        _kept(PRODUCT, product_promises.throttles_are_not_lowered, W),
        _kept(PRODUCT, product_promises.idempotency_is_kept, E),
        _kept(PRODUCT, product_promises.pagination_is_kept, E),
        _kept(PRODUCT, product_promises.product_sla_is_kept, W),
        _kept(PRODUCT, product_promises.audit_is_kept, W),
        _kept(PRODUCT, product_promises.results_are_kept, E),
        _both(governance.relaxation_waits_for_merge, W),
        _both(governance.wire_names_are_kept, E, "L06"),
    )
}
"""Every rule by its id."""


def _by_name() -> dict[str, tuple[Rule, ...]]:
    """Return the rules by id, and by alias."""
    found = {known: [row] for known, row in RULES.items()}
    for row in RULES.values():
        for alias in row.aliases:
            found.setdefault(alias, []).append(row)
    return {name: tuple(rows) for name, rows in found.items()}


_NAMES: Mapping[str, tuple[Rule, ...]] = _by_name()
"""The rules of each id and each alias; a number of the dossier may stand for several."""
_LEVELS: Mapping[str, Level] = {name: max(rule.level for rule in rules) for name, rules in _NAMES.items()}


def rules_named(name: str) -> tuple[Rule, ...]:
    """Return the rules of an id or an alias; raise UnknownRuleError."""
    if name not in _NAMES:
        raise UnknownRuleError(name, _NAMES)
    return _NAMES[name]


def rule(name: str) -> Rule:
    """Return the rule of an id, or the first of an alias such as `L34`; raise UnknownRuleError."""
    return rules_named(name)[0]


def levels_of(settings: CatalogSettings) -> dict[str, Level]:
    """
    Return the levels that a catalog sets, by rule id: an alias stands for its rules, a rule's own id goes first.

    Names of rules that are not in this table are kept as they are.
    """
    written = {name: Level[level.upper()] for name, level in settings.rules.items()}
    chosen = {rule.id: level for rule in RULES.values() if (level := rule.level_in(written)) is not None}
    return {name: level for name, level in written.items() if name not in _NAMES} | chosen


def lint(
    catalog: Catalog, *, levels: Mapping[str, Level] | None = None, today: dt.date, only: Collection[str] | None = None
) -> list[Finding]:
    """
    Return what the rules about a catalog and its files find.

    `levels` are those that the catalog sets, by rule id or alias. `only` confines the rules about files to contracts
    (`name@major`) and paths, and to the readers of those contracts; rules about the whole catalog are asked always.
    """
    inspection = Inspection(catalog, today, None if only is None else frozenset(only), _LEVELS)
    return [
        finding
        for one in _asked(levels or {}, Scope.CATALOG, Scope.ENTRY)
        for finding in _inspect(one, inspection, levels or {})
    ]


def _inspect(rule: Rule, inspection: Inspection, levels: Mapping[str, Level]) -> Iterator[Finding]:
    """Yield what one rule finds in a catalog."""
    if rule.scope is Scope.CATALOG:
        yield from (rule.finding(violation, "", levels) for violation in rule.check(inspection))
        return
    for subject in subjects(inspection, rule.kinds, authoring=rule.authoring):
        contract = subject.value.key if isinstance(subject.value, Contract) else ""
        eased = rule.eases and isinstance(subject.value, Contract) and subject.value.lifecycle.status == "draft"
        yield from (rule.finding(violation, contract, levels, eased=eased) for violation in rule.check(subject))


def judge(change: ContractChange, *, levels: Mapping[str, Level] | None = None) -> list[Finding]:
    """Return what the rules about a change find in one contract."""
    found: list[Finding] = []
    for one in _asked(levels or {}, Scope.CHANGE, Scope.KEPT):
        pairs: Iterable[Any] = kept(change, one.kinds) if one.scope is Scope.KEPT else (change,)
        found += [one.finding(violation, change.key, levels or {}) for pair in pairs for violation in one.check(pair)]
    return found


def judge_catalogs(
    base: Catalog, head: Catalog, *, levels: Mapping[str, Level] | None = None, today: dt.date
) -> list[Finding]:
    """Return what the rules about a change find in settings, teams, waivers and readers."""
    change = CatalogChange(base, head, today, _LEVELS)
    rules = _asked(levels or {}, Scope.CATALOG_CHANGE)
    return [one.finding(violation, "", levels or {}) for one in rules for violation in one.check(change)]


def _asked(levels: Mapping[str, Level], *scopes: Scope) -> list[Rule]:
    """Return the rules of some scopes that are not switched off."""
    return [rule for rule in RULES.values() if rule.scope in scopes and rule.level_in(levels) is not Level.OFF]
