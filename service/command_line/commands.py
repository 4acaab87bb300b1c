"""A group of commands that imports one only when it is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

import click


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command is found, `service.command_line.rate:rate`, and what it does."""

    place: str
    does: str  # one line, as the list of commands shows it


class Commands(click.Group):
    """Lists its commands from a table, so that help does not load the service."""

    def __init__(self, name: str, *, entries: Mapping[str, Entry], says: str) -> None:
        super().__init__(name, help=says, no_args_is_help=True)
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        module, _, name = entry.place.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, entry.does) for name, entry in self.entries.items()]
            )
