"""The command `hub`: finds the subcommand, and says in one line what keeps it from running."""

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter

from hub.cli import contributed
from hub.environment import SETTINGS, BadSetting
from hub.service import StartError

CANNOT_START = 3
"""The exit code for what the operator has to mend: a taken port, a bad key, no database."""

ROLES = {
    "web": "pages, API and WebSockets",
    "worker": "jobs and timers",
    "smtp": "the mail entrance",
    "listen": "everything that polls or keeps a socket to a provider",
    "media": "audio and video of calls",
}


def main(argv: list[str] | None = None) -> int:
    """Run one subcommand; its exit code, 3 when the operator has to mend something first."""
    arguments = sys.argv[1:] if argv is None else argv
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    try:
        if arguments[:1] == ["manage"]:
            return _manage(arguments[1:])
        parsed = _parser(arguments).parse_args(arguments)
        return int(parsed.run(parsed) or 0)
    except (StartError, BadSetting) as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output is gone; keep Python from complaining about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser(arguments: list[str]) -> ArgumentParser:
    parser = ArgumentParser(
        prog="hub",
        description="Omnihub: mail, chat, messaging and calls in one live inbox.",
        epilog=_settings_table(),
        formatter_class=RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    run = commands.add_parser("run", help="every role in one process")
    run.add_argument("--demo", action="store_true", help="load the demo data once and write demo.json")
    run.set_defaults(run=_run)
    for role, does in ROLES.items():
        commands.add_parser(role, help=f"one role, for production: {does}").set_defaults(run=_role, role=role)
    commands.add_parser("manage", help="Django's management commands")
    commands.add_parser("check", help="look whether everything is well, a line each").set_defaults(run=_check)
    wanted = arguments[0] if arguments else ""
    if wanted not in commands.choices:
        for module in contributed.modules(wanted):
            module.add_commands(commands)
    return parser


def _run(arguments: Namespace) -> int:
    from hub.cli import serving

    return serving.run_everything(demo=arguments.demo)


def _role(arguments: Namespace) -> int:
    from hub.cli import serving

    return serving.run_role(arguments.role)


def _check(arguments: Namespace) -> int:
    from hub import checks

    return checks.report()


def _manage(arguments: list[str]) -> int:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(["hub manage", *arguments])
    except ImproperlyConfigured as error:
        raise StartError(str(error)) from error
    except OperationalError as error:
        raise StartError(f"the database cannot be reached: {error}") from error
    return 0


def _refuse(reason: str) -> int:
    print(f"hub: {' '.join(reason.split())}", file=sys.stderr)
    return CANNOT_START


def _settings_table() -> str:
    width = max(len(setting.name) for setting in SETTINGS)
    lines = [
        f"  {setting.name:<{width}}  {setting.meaning} [{setting.default or 'none'}]" for setting in SETTINGS
    ]
    return "\n".join(["settings, from the environment [default]:", *lines])
