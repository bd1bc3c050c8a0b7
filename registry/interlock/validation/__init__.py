"""Validation of events: against contracts stage by stage, in examples, and in recorded files."""

from interlock.validation.examples import example_findings
from interlock.validation.pages import PAGES
from interlock.validation.problems import STAGES, Problem
from interlock.validation.recorded import validate_files
from interlock.validation.validator import Validator

__all__ = ["PAGES", "STAGES", "Problem", "Validator", "example_findings", "validate_files"]
