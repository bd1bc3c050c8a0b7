"""`interlock verify-proof`: replay the proof that `interlock compare --proof` wrote."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interlock.errors import UsageError
from interlock_cli.console import say, say_json
from interlock_cli.options import AsJson

if TYPE_CHECKING:
    from interlock.compat.proofs import Proof

MOST_SECONDS = 60.0


def verify_proof(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What interlock compare --proof wrote.", show_default=False)],
    as_json: AsJson = False,
) -> int:  # fmt: skip
    """
    Replay a proof of compatibility, step by step.

    The checker is not the engine that answered. The schemas are in the file, as they were compared (with --views, the
    views). Exit code 0: verified; 1: a step does not follow; 2: the file can't be read as a proof.
    """
    from interlock.compat.proofs import RefusedError, digest, verify

    proof = _read(file)
    names = {side: digest(getattr(proof.question, side)) for side in ("writer", "reader")}
    try:
        steps, why = verify(proof, seconds=MOST_SECONDS), None
    except RefusedError as refused:
        steps, why = 0, str(refused)
    if as_json:
        say_json({"verified": why is None, "why": why, **names, "claims": len(proof.table), "steps": steps})
    elif why is None:
        say(
            f"verified: all that the writer {names['writer']} may send, the reader {names['reader']} takes ({_size(proof, steps)})"
        )
    else:
        say(f"not verified: {why}")
    return 0 if why is None else 1


def _size(proof: Proof, steps: int) -> str:
    """Say how large a proof is."""
    return "the two schemas are equal" if proof.same else f"claims: {len(proof.table)}, steps: {steps}"


def _read(file: Path) -> Proof:
    """Read a proof; raise UsageError."""
    from interlock.compat.proofs import UnreadableProofError, read

    try:
        return read(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{file} can't be read: {error.strerror or 'unknown error'}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file} is no proof: it is not UTF-8") from None
    except UnreadableProofError as error:
        raise UsageError(f"{file} is no proof: {error}") from None
