"""git, asked about the repository that holds a folder: no network, no hook, no prompt, no lock, and not for long."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

_SECONDS = 60
_FROM_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")  # what git tells the hooks it runs
_OFFLINE = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
_SETTINGS = ("-c", "protocol.allow=never", "-c", "log.showSignature=false")


class Git:
    """The git repository that holds a folder; where there is none, or no git, it has no answer."""

    def __init__(self, folder: Path) -> None:
        self._git = shutil.which("git")
        self._folder = folder
        self._environment = {name: value for name, value in os.environ.items() if name not in _FROM_A_HOOK} | _OFFLINE

    def answer(self, *arguments: str, seconds: float = _SECONDS) -> bytes | None:
        """What a command of git writes; None when it fails, or takes longer than `seconds`."""
        if self._git is None or any("\0" in argument for argument in arguments):
            return None
        try:
            done = subprocess.run(  # noqa: S603 - no shell, our arguments
                self._command(arguments),
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=True,
                timeout=seconds,
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout

    def line(self, *arguments: str) -> str | None:
        """The one line that a command writes; None as for `answer`."""
        answer = self.answer(*arguments)
        return None if answer is None else os.fsdecode(answer).removesuffix("\n")

    def named(self, name: str) -> str | None:
        """The object that git's name for it stands for; None when there is none."""
        return self.line("rev-parse", "--verify", "--quiet", "--end-of-options", name)

    def commit(self, revision: str) -> str | None:
        """The commit that a revision names; None when it names none."""
        return self.named(f"{revision}^{{commit}}")

    def talk(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A command under way, to be written to and read from. Raises OSError."""
        return subprocess.Popen(  # noqa: S603 - no shell, our arguments
            self._command(arguments),
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return [self._git or "git", "--no-pager", *_SETTINGS, "-C", str(self._folder), *arguments]
