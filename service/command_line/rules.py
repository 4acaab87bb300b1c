"""`adjudge rules`: what authors of rule files ask."""

from service.command_line.commands import Commands, Entry

rules = Commands(
    "rules",
    says="Check and test rule files.",
    entries={
        "check": Entry(
            "service.command_line.rules_check:check",
            "Show every mistake in rule files, failing tests included.",
        ),
        "test": Entry(
            "service.command_line.rules_test:test",
            "Run the tests written in rule files.",
        ),
        "why": Entry(
            "service.command_line.rules_why:why",
            "Explain what a mistake means and what to write instead.",
        ),
    },
)
