"""What is written to disk: generated files come and go, what people wrote stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from interlock.errors import UsageError
from interlock_codegen.printing import MARKER
from interlock_codegen.writing import HandWrittenError, drift, write

OURS = f"# {MARKER}\n".encode()
FILES = {"pyproject.toml": OURS, "pkg/a.py": OURS + b"a = 1\n", "pkg/deep/b.py": OURS}


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    """A folder that is up to date has no drift, and nothing is written to it."""
    assert write(FILES, tmp_path).missing == tuple(FILES)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert not write(FILES, tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_drift_is_told_and_mended(tmp_path: Path) -> None:
    """A changed, a missing and a stale file are each found, and gone after the next writing."""
    write({**FILES, "pkg/old/c.py": OURS}, tmp_path)
    (tmp_path / "pkg/a.py").write_bytes(OURS + b"a = 2\n")
    (tmp_path / "pkg/deep/b.py").unlink()
    found = drift(FILES, tmp_path)
    assert (found.missing, found.changed, found.stale) == (("pkg/deep/b.py",), ("pkg/a.py",), ("pkg/old/c.py",))
    write(FILES, tmp_path)
    assert not drift(FILES, tmp_path)
    assert not (tmp_path / "pkg/old").exists()


def test_what_people_wrote_is_never_touched(tmp_path: Path) -> None:
    """A file without the marker stays, beside generated ones and in their folders; one in the way is an error."""
    write({**FILES, "pkg/old/c.py": OURS}, tmp_path)
    (tmp_path / "pkg/old/notes.py").write_text("mine = True\n")
    (tmp_path / "pkg/quoted.py").write_text(f"x = 1\n# {MARKER}\n")
    write(FILES, tmp_path)
    assert (tmp_path / "pkg/old/notes.py").read_text() == "mine = True\n"
    assert (tmp_path / "pkg/quoted.py").exists()
    (tmp_path / "pkg/a.py").write_text("a = 'mine'\n")
    with pytest.raises(HandWrittenError, match=r"pkg/a\.py was not written by Interlock"):
        write(FILES, tmp_path)
    assert (tmp_path / "pkg/a.py").read_text() == "a = 'mine'\n"


def test_nothing_is_written_when_one_file_is_in_the_way(tmp_path: Path) -> None:
    """All files are looked at before the first is written."""
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/a.py").write_text("mine")
    with pytest.raises(HandWrittenError):
        write(FILES, tmp_path)
    assert not (tmp_path / "pyproject.toml").exists()


@pytest.mark.parametrize("link", ["pkg", "pkg/a.py"])
def test_links_are_not_followed_out_of_the_folder(tmp_path: Path, link: str) -> None:
    """A symbolic link where a file or folder belongs is an error, and what it leads to stays as it is."""
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "package"
    (folder / link).parent.mkdir(parents=True)
    (folder / link).symlink_to(outside if link == "pkg" else outside / "a.py")
    with pytest.raises(HandWrittenError):
        write(FILES, folder)
    assert not list(outside.iterdir())


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    """A file where the folder should be ends in a sentence and no traceback."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="can't be written"):
        write(FILES, tmp_path / "file")


def test_copies_of_a_build_are_not_stale(tmp_path: Path) -> None:
    """What a build or an environment holds of the package is not ours to remove."""
    write(FILES, tmp_path)
    for folder in ("build/lib/pkg", ".venv/lib", "pkg.egg-info", "dist"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "x.py").write_bytes(OURS)
    assert not drift(FILES, tmp_path)
