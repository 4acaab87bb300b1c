"""Settings as a command finds them: the environment, and `--database` above it."""

from collections.abc import Callable
from typing import TypeVar

import click

from service.command_line.ending import Trouble
from service.command_line.surroundings import Surroundings
from service.config import Settings, SettingsError, load

Command = TypeVar("Command", bound=Callable[..., object])


def database_option(command: Command) -> Command:
    """`--database URL`, which goes above ADJUDGE_DATABASE."""
    return click.option(
        "--database",
        metavar="URL",
        help="The store; otherwise ADJUDGE_DATABASE, or sqlite+aiosqlite:///adjudge.db.",
    )(command)


def settings_of(surroundings: Surroundings, **chosen: object) -> Settings:
    """The settings in force, with what the call chose itself above all others."""
    above = {
        f"ADJUDGE_{name.upper()}": str(value)
        for name, value in chosen.items()
        if value is not None
    }
    below = {
        name: value
        for name, value in surroundings.environment.items()
        if name.removesuffix("_FILE") not in above
    }
    try:
        return load(below | above)
    except SettingsError as error:
        raise Trouble(
            "bad-setting", error.faults[0], "`adjudge config check` shows all settings"
        ) from error
