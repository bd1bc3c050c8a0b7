"""Reading a git repository by batched plumbing: no checkout, nothing written, no ref taken for an option."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from interlock.errors import (
    MissingExtraError,
    NoBaselineError,
    NoRepositoryError,
    ShallowCloneError,
    UnknownRefError,
    UsageError,
)

if TYPE_CHECKING:
    import git

_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
_LINK, _SUBMODULE = "120000", "160000"


@dataclass(frozen=True, slots=True)
class FileChange:
    """One path that a commit changed, against its first parent; a blob is None where the path is not there."""

    path: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of a first-parent history and the paths that it changed."""

    sha: str
    seconds: int
    """Committer time, seconds since 1970-01-01 UTC."""
    changes: tuple[FileChange, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """An annotated tag, the commit it names and its message."""

    name: str
    commit: str
    message: str


@dataclass(frozen=True)
class Repository:
    """A git repository, read only."""

    root: Path
    """The top of the working copy."""
    git: git.Git = field(repr=False, compare=False)
    _objects: dict[str, bytes] = field(default_factory=dict[str, bytes], repr=False, compare=False)

    @classmethod
    def containing(cls, place: Path) -> Repository:
        """Open the repository that a folder lies in; raise NoRepositoryError when there is none."""
        git = _gitpython()
        try:
            repository = git.Repo(place, search_parent_directories=True)
        except (git.InvalidGitRepositoryError, git.NoSuchPathError):
            raise NoRepositoryError(str(place)) from None
        if repository.working_tree_dir is None:
            raise NoRepositoryError(str(place))
        return cls(Path(repository.working_tree_dir).resolve(), repository.git)

    def prefix(self, folder: Path) -> str:
        """Return a folder's path inside the repository, with a slash at its end; empty for the top."""
        relative = folder.resolve().relative_to(self.root).as_posix()
        return "" if relative == "." else relative + "/"

    def commit(self, ref: str) -> str:
        """Return the commit that a ref names; raise UnknownRefError when there is none."""
        if not ref or "\0" in ref:
            raise UnknownRefError(ref)
        found = self._try("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        if not found:
            raise UnknownRefError(ref, self._branches())
        return found

    def default_base(self) -> str:
        """Return the remote's default branch, else main; raise NoBaselineError when neither is there."""
        head = self._try("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
        for ref in filter(None, (head, "origin/main", "origin/master", "main", "master")):
            if self._try("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"):
                return ref
        raise NoBaselineError(str(self.root), unborn=self.head() is None)

    def require_whole_history(self) -> None:
        """Raise ShallowCloneError, with the command that mends it, when history is cut off."""
        if self._try("rev-parse", "--is-shallow-repository") == "true":
            remote = (self._try("remote") or "origin").splitlines()[0]
            raise ShallowCloneError(str(self.root), f"git fetch --unshallow --tags {remote}")

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the best common ancestor of two commits, if any."""
        return self._try("merge-base", one, other) or None

    def head(self) -> str | None:
        """Return the commit that is checked out; None before the first commit."""
        return self._try("rev-parse", "--verify", "--quiet", "HEAD^{commit}") or None

    def short(self, commit: str) -> str:
        """Return the shortest unambiguous name of a commit, at least seven digits."""
        return self._try("rev-parse", "--short=7", commit) or commit[:7]

    def listing(self, commit: str, prefix: str) -> tuple[dict[str, str], dict[str, str]]:
        """Return blob ids by path below a prefix (relative to it), and why links there are not read."""
        text = self._run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *([prefix] if prefix else []))
        blobs: dict[str, str] = {}
        unread: dict[str, str] = {}
        for entry in filter(None, text.split("\0")):
            meta, _, path = entry.partition("\t")
            mode, _, blob = meta.split(" ")
            if mode == _LINK:
                unread[path[len(prefix) :]] = "a symbolic link is not followed: put the file itself here"
            elif mode != _SUBMODULE:
                blobs[path[len(prefix) :]] = blob
        return blobs, unread

    def objects(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """Return the content of these blobs, reading those not yet read in one batch."""
        wanted = list(dict.fromkeys(blobs))
        missing = [blob for blob in wanted if blob not in self._objects]
        if missing:
            self._objects.update(self._batch(missing))
        return {blob: self._objects[blob] for blob in wanted}

    def history(self, commit: str, prefix: str) -> Iterator[Commit]:
        """Yield the first-parent history, newest first, with what each commit changed below the prefix, in one pass."""
        text = self._run(
            "log", "--first-parent", "--diff-merges=first-parent", "--raw", "-z", "--no-renames", "--no-abbrev",
            "--format=tformat:@%H %ct", commit, "--", *([prefix] if prefix else []),
        )  # fmt: skip
        yield from _commits(text, prefix)

    def tags(self, prefix: str, reachable_from: str) -> tuple[Tag, ...]:
        """Return the annotated tags whose name starts with a prefix and whose commit is in a history, oldest first."""
        text = self._run(
            "for-each-ref", f"--merged={reachable_from}", "--sort=creatordate",
            "--format=%(refname:strip=2)%00%(objecttype)%00%(*objectname)%00%(contents)%00%01", f"refs/tags/{prefix}*",
        )  # fmt: skip
        rows = (row.strip("\n").split("\0") for row in text.split("\x01") if "\0" in row)
        return tuple(Tag(name, commit, message) for name, kind, commit, message, *_ in rows if kind == "tag")

    def merged_text(self, ours: bytes, base: bytes, theirs: bytes) -> bytes | None:
        """Merge one file's two changes as `git merge-file` does, in a temporary folder; None on a conflict."""
        with tempfile.TemporaryDirectory(prefix="interlock-") as folder:
            paths = [Path(folder, name) for name in ("ours", "base", "theirs")]
            for path, content in zip(paths, (ours, base, theirs), strict=True):
                path.write_bytes(content)
            status, output, _ = self.git.execute(
                ["git", "merge-file", "-p", "-q", *map(str, paths)],
                with_extended_output=True, with_exceptions=False, stdout_as_string=False, strip_newline_in_stdout=False,
            )  # fmt: skip
        return bytes(output) if status == 0 else None

    def _branches(self) -> list[str]:
        """Return the short names of branches and tags, for a hint."""
        return self._try("for-each-ref", "--format=%(refname:short)", "--count=500").splitlines()

    def _batch(self, blobs: list[str]) -> dict[str, bytes]:
        """Read objects through one `git cat-file --batch`."""
        with tempfile.TemporaryFile(prefix="interlock-") as names:
            names.write("\n".join(blobs).encode() + b"\n")
            names.seek(0)
            output: Any = self.git.execute(
                ["git", "cat-file", "--batch"], istream=names, env=_QUIET,
                stdout_as_string=False, strip_newline_in_stdout=False,
            )  # fmt: skip
        return dict(_contents(output, str(self.root)))

    def _run(self, *arguments: str) -> str:
        """Run a git command and return what it prints; a failure becomes one sentence."""
        git = _gitpython()
        try:
            output: Any = self.git.execute(
                ["git", "-c", "core.quotePath=false", *arguments], env=_QUIET, stdout_as_string=False,
                strip_newline_in_stdout=False,
            )  # fmt: skip
        except git.GitCommandError as error:
            reason = str(error.stderr).replace("stderr:", "").strip(" '\n")
            raise UsageError(
                f"git {arguments[0]} failed: {reason.splitlines()[0] if reason else error.status}"
            ) from None
        return str(bytes(output), "utf-8", "surrogateescape")

    def _try(self, *arguments: str) -> str:
        """Run a git command and return what it prints without its last newline; empty on failure."""
        _, output, _ = self.git.execute(
            ["git", *arguments], env=_QUIET, with_extended_output=True, with_exceptions=False
        )
        return str(output).strip()


def _gitpython() -> Any:
    """Import GitPython, which is an extra."""
    try:
        import git
    except ModuleNotFoundError:
        raise MissingExtraError("gitpython", "git") from None
    except ImportError:
        raise UsageError("the program git is not found: install git, or put it on PATH") from None
    return git


def _commits(text: str, prefix: str) -> Iterator[Commit]:
    """Parse `git log --raw -z`."""
    sha, seconds, changes = "", 0, list[FileChange]()
    tokens = iter(text.split("\0"))
    for raw in tokens:
        token = raw.lstrip("\n")
        if token.startswith("@"):
            if sha:
                yield Commit(sha, seconds, tuple(changes))
            sha, _, time = token[1:].partition(" ")
            seconds, changes = int(time), []
        elif token.startswith(":"):
            _, _, old, new, _ = token.split(" ")
            path = next(tokens)[len(prefix) :]
            changes.append(FileChange(path, *(None if set(blob) == {"0"} else blob for blob in (old, new))))
    if sha:
        yield Commit(sha, seconds, tuple(changes))


def _contents(output: bytes, place: str) -> Iterator[tuple[str, bytes]]:
    """Parse the output of `git cat-file --batch`."""
    start = 0
    while start < len(output):
        end = output.index(b"\n", start)
        name, _, rest = output[start:end].decode().partition(" ")
        if rest == "missing":
            raise ShallowCloneError(place, "git fetch --refetch --tags origin")
        size = int(rest.split(" ")[1])
        yield name, output[end + 1 : end + 1 + size]
        start = end + 1 + size + 1
