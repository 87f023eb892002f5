"""The command tree and the way an error leaves: one sentence, a status, never a traceback."""

from __future__ import annotations

import os
import re
import sys
from difflib import get_close_matches

import typer

from ..errors import PasserellesError
from ..texts import say
from .context import COULD_NOT_RUN, OK, Options, leave, take_shared

_CLICK_EXCEPTION = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")


def run(arguments: list[str] | None = None) -> None:
    """Run one command line and exit with its status."""
    given = sys.argv[1:] if arguments is None else arguments
    _utf8_streams()
    try:
        Options.shared, rest = take_shared(given, dict(os.environ))
    except PasserellesError as error:
        leave(error, "fr")
    lang = Options.shared.lang
    command = typer.main.get_command(tree(lang))
    _translate(command, lang)
    try:
        sys.exit(command.main(args=rest, prog_name="passerelles", standalone_mode=False) or 0)
    except PasserellesError as error:
        leave(error, lang)
    except _CLICK_EXCEPTION as error:
        _usage(error, command, lang)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def tree(lang: str) -> typer.Typer:
    """Every command, with its help in `lang`."""
    from . import build, check, query, serve

    app = typer.Typer(
        help=say(lang, "cli.help"),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_version)
    for module in (check, build, serve, query):
        module.register(app)
    return app


def _version(version: bool = typer.Option(False, "--version", help="cli.version")) -> None:  # noqa: FBT001, FBT003 - typer's way
    if version:
        from .. import __version__

        sys.stdout.write(f"passerelles {__version__}\n")
        raise typer.Exit


def _translate(command: object, lang: str) -> None:
    """Replace every help key of the tree by its sentence."""
    for parameter in command.params:
        key = getattr(parameter, "help", None)
        if key and key.startswith("cli."):
            parameter.help = say(lang, key)
        elif parameter.name == "help":
            parameter.help = say(lang, "cli.show-help")
    key = command.help or ""
    if key.startswith("cli."):
        command.help = f"{say(lang, key)}\n\n\b\n{say(lang, 'cli.example')}\n  {say(lang, key + '-example')}"
        command.short_help = say(lang, key)
    for child in getattr(command, "commands", {}).values():
        _translate(child, lang)


def _usage(error: Exception, command: object, lang: str) -> None:
    """A wrong command line: one line that names what is wrong. Without a command, the help."""
    context = getattr(error, "ctx", None)
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        sys.stdout.write(error.message + "\n")
        sys.exit(OK)
    path = " ".join((context.command_path if context else "passerelles").split()[1:])
    sentence = say(lang, "error.usage", reason=_reason(error, kind, command, lang), command=path)
    sys.stderr.write(" ".join(sentence.replace("passerelles  --help", "passerelles --help").split()) + "\n")
    sys.exit(COULD_NOT_RUN)


def _reason(error: Exception, kind: str, command: object, lang: str) -> str:
    """What is wrong, in the reader's language: typer says it in English only."""
    if kind == "NoSuchOption":
        near = ", ".join(error.possibilities or ())
        return say(lang, "cli.no-such-option", option=error.option_name, near=f" ({near} ?)" if near else "")
    if kind == "MissingParameter":
        return say(lang, "cli.missing-argument", name=error.param.human_readable_name if error.param else "")
    if kind == "BadParameter" and error.param is not None:
        return say(lang, "cli.bad-value", name=error.param.opts[0])
    words = re.findall(r"'([^']+)'|\(([^()]+)\)", error.format_message().partition("Did you mean")[0])
    named = "".join(words[-1]) if words else ""
    if kind == "BadOptionUsage":
        return say(lang, "cli.missing-value", option=error.option_name)
    if named.startswith("-") or error.ctx is None or error.ctx.parent is not None:
        return say(lang, "cli.extra-argument", argument=named)
    near = ", ".join(get_close_matches(named, list(command.commands), n=1))
    return say(lang, "cli.no-such-command", name=named, near=f" ({near} ?)" if near else "")


def _utf8_streams() -> None:
    """French needs UTF-8 whatever the locale; a terminal that has less shows replacements."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
