"""The command `adjudge`: the list of its commands, and how a run of it ends."""

import os
import sys
from collections.abc import Sequence

import click

from dsl import keep_in
from service.command_line.commands import Commands, Entry
from service.command_line.ending import DONE, MISUSED, UNREACHABLE
from service.command_line.kept import kept_in
from service.command_line.surroundings import Surroundings

adjudge = Commands(
    "adjudge",
    says="Rates inspections by written rules and keeps every step as an event.",
    entries={
        "demo": Entry(
            "service.command_line.demo:demo",
            "Load the published inspections and compare the ratings.",
        ),
        "serve": Entry("service.command_line.serve:serve", "Run the service."),
        "config": Entry("service.command_line.config:config", "Check the settings."),
        "rules": Entry("service.command_line.rules:rules", "Check and test rules."),
        "rate": Entry(
            "service.command_line.rate:rate",
            "Rate one inspection file; needs no store.",
        ),
        "sample": Entry(
            "service.command_line.sample:sample",
            "Draw reproducible samples from a caseload file.",
        ),
        "history": Entry(
            "service.command_line.history:history",
            "Show which answer changed which rating.",
        ),
        "rebuild": Entry(
            "service.command_line.rebuild:rebuild",
            "Make the read models anew from the ledger.",
        ),
        "follow": Entry(
            "service.command_line.follow:follow",
            "Take care of the read models behind the ledger.",
        ),
        "webhooks": Entry(
            "service.command_line.webhooks:webhooks",
            "Take care of the systems that are told what happens.",
        ),
        "erase": Entry(
            "service.command_line.erase:erase",
            "Erase words for good; it takes two people.",
        ),
        "hold": Entry(
            "service.command_line.hold:hold", "Keep words from being erased."
        ),
        "words": Entry(
            "service.command_line.words:words",
            "Take away the words of many cases; it takes two people.",
        ),
        "vault": Entry("service.command_line.vault:vault", "Take care of the keys."),
        "backup": Entry(
            "service.command_line.backup:backup",
            "Copy ledger and vault, apart, and verify the copies.",
        ),
        "restore": Entry(
            "service.command_line.restore:restore",
            "Put copies back, with every erasure since.",
        ),
        "migrate": Entry(
            "service.command_line.migrate:migrate",
            "Bring the layout of the database up to date.",
        ),
        "export": Entry(
            "service.command_line.export:export",
            "Write an audit pack of an inspection or of everything.",
        ),
        "verify": Entry(
            "service.command_line.verify:verify",
            "Check a pack, or the store, from the first event.",
        ),
        "keys": Entry(
            "service.command_line.keys:keys",
            "Show and change the keys that sign checkpoints.",
        ),
        "sessions": Entry(
            "service.command_line.sessions:sessions", "Take care of who is signed in."
        ),
        "openapi": Entry(
            "service.command_line.openapi:openapi",
            "Print the description of the HTTP API.",
        ),
    },
)

_INTERRUPTED = 130  # what a shell reports after Ctrl-C


def run(arguments: Sequence[str], surroundings: Surroundings) -> int:
    """Carry out one call and give its exit code; never a traceback for bad input."""
    keep_in(kept_in(surroundings.environment))
    coloured = None if "NO_COLOR" not in surroundings.environment else False
    try:
        ended = adjudge.main(
            list(arguments),
            prog_name="adjudge",
            standalone_mode=False,
            obj=surroundings,
            color=coloured,
        )
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as unsaid:
        click.echo(unsaid.format_message(), err=True)
        return MISUSED
    except click.UsageError as misuse:
        asked = misuse.ctx.command_path if misuse.ctx else "adjudge"
        _say(f"bad-call: {_sentence(misuse)}; see `{asked} --help`")
        return MISUSED
    except click.ClickException as trouble:
        _say(_sentence(trouble))
        return trouble.exit_code
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        _print_no_more()
        return DONE
    except OSError as error:
        _print_no_more()
        _say(f"no-output: what was asked for cannot be written: {error.strerror}")
        return UNREACHABLE
    except click.Abort:
        return _INTERRUPTED
    except SystemExit:
        # click's way out when the reader, `head` say, has seen enough
        return DONE
    return ended if isinstance(ended, int) else DONE


def _print_no_more() -> None:
    """What is left to print goes nowhere, or the end of the process trips over it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _sentence(error: click.ClickException) -> str:
    text = " ".join(error.format_message().split()).removesuffix(".")
    return text[:1].lower() + text[1:]


def _say(sentence: str) -> None:
    click.echo(f"adjudge: {sentence}", err=True)
