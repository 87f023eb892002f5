"""The command tree and the way an error leaves: one sentence, a status, never a traceback."""

from __future__ import annotations

import os
import sys

import typer

from ..errors import PasserellesError
from ..texts import say
from .context import COULD_NOT_RUN, Options, leave, take_shared

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
        _usage(error, lang)
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


def _usage(error: Exception, lang: str) -> None:
    """A wrong command line: one line that names what is wrong."""
    kind = type(error).__name__
    context = getattr(error, "ctx", None)
    command = " ".join((context.command_path if context else "passerelles").split()[1:])
    if kind == "NoSuchOption":
        near = ", ".join(error.possibilities or ())
        reason = say(lang, "cli.no-such-option", option=error.option_name, near=f" ({near} ?)" if near else "")
    elif kind == "MissingParameter":
        reason = say(lang, "cli.missing-argument", name=error.param.human_readable_name if error.param else "")
    elif kind == "BadParameter" and error.param is not None:
        reason = say(lang, "cli.bad-value", name=error.param.opts[0], reason=error.message)
    else:
        reason = error.format_message()
    sentence = say(lang, "error.usage", reason=reason, command=command).replace("  ", " ")
    sys.stderr.write(" ".join(sentence.split()) + "\n")
    sys.exit(COULD_NOT_RUN)


def _utf8_streams() -> None:
    """French needs UTF-8 whatever the locale; a terminal that has less shows replacements."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
