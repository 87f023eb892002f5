"""The command tree and the way an error leaves: one sentence, a status, never a traceback."""

from __future__ import annotations

import os
import re
import sys
from difflib import get_close_matches
from importlib import import_module

import typer

from ..errors import PasserellesError
from ..texts import say
from .context import COULD_NOT_RUN, OK, Options, leave, leaving, take_shared, utf8_streams
from .help import translate

_CLICK_EXCEPTION = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
# Each is a module here.
_COMMANDS = (
    "check",
    "lint",
    "fix",
    "fmt",
    "diff",
    "build",
    "serve",
    "query",
    "search",
    "links",
    "resolve",
    "link",
    "licence",
    "dump",
    "harvest",
    "lsp",
    "init",
    "doctor",
)


def run(arguments: list[str] | None = None) -> None:
    """Run one command line and exit with its status."""
    given = sys.argv[1:] if arguments is None else arguments
    utf8_streams()
    try:
        Options.shared, rest = take_shared(given, dict(os.environ))
    except PasserellesError as error:
        leave(error, "fr")
    lang = Options.shared.lang
    command = typer.main.get_command(tree(lang, rest[0] if rest else ""))
    translate(command, lang)
    _take_texts_as_given(command)
    with leaving(lang):
        try:
            with command.make_context("passerelles", rest) as context:  # `main` has its own way with a broken pipe
                command.invoke(context)
        except _CLICK_EXCEPTION as error:
            _usage(error, command, lang)
        except typer.Exit as done:
            sys.exit(done.exit_code)


def tree(lang: str, asked: str = "") -> typer.Typer:
    """The command asked for, else every one, with their help in `lang`."""
    app = typer.Typer(
        help=say(lang, "cli.help"),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_version)
    for name in [asked] if asked in _COMMANDS else _COMMANDS:
        import_module(f"{__package__}.{name}").register(app)
    return app


def _version(version: bool = typer.Option(False, "--version", help="cli.version")) -> None:  # noqa: FBT001, FBT003 - typer's way
    if version:
        from .. import __version__

        sys.stdout.write(f"passerelles {__version__}\n")
        raise typer.Exit


class _AsGiven:
    """What typer asks of the type of a parameter that needs no conversion: a text, a list of texts, a flag."""

    @staticmethod
    def coerce(value: object, param: object, ctx: object) -> object:  # noqa: ARG004 - typer's signature
        """The value itself; of a list that is not given, the empty one."""
        return () if value is None and (param.multiple or param.nargs == -1) else value


def _take_texts_as_given(command: object) -> None:
    """Keep typer from loading pydantic, longer than all the rest of a short command, to find that a text is a text."""
    every = command.get_params

    def params(context: object) -> list[object]:
        found = every(context)
        for parameter in found:
            described = getattr(parameter, "type_descriptor", None)
            plain = (str, list[str], bool) if getattr(parameter, "is_flag", False) else (str, list[str])
            if getattr(described, "annotation", None) in plain and described.parameter_info.parser is None:
                parameter.get_runtime_param = _AsGiven
        return found

    command.get_params = params
    for child in getattr(command, "commands", {}).values():
        _take_texts_as_given(child)


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
        return say(lang, "cli.missing-argument", name=error.param.metavar or error.param.name if error.param else "")
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
