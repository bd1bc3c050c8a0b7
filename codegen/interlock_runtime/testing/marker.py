"""The marker of contract tests, apart so that a run which has none loads nothing else."""

from __future__ import annotations

MARKER = (
    "contract_test(*names, seeds=3): run the test once for each sample of every live major version of these contracts "
    "(a name, or name@major), given as `event` or, as a broker would deliver it, as `message`"
)
