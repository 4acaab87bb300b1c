"""`adjudge rules`: what authors of rule files ask."""

from service.command_line.commands import Commands, Entry

_COMMANDS = (
    ("new", "new:new", "Write a small framework to start from."),
    (
        "check",
        "check:check",
        "Show every mistake in rule files, failing tests included.",
    ),
    ("format", "format:format_", "Tidy the whitespace of rule files."),
    ("test", "test:test", "Run the tests written in rule files."),
    ("why", "why:why", "Explain what a mistake means and what to write."),
    ("pin", "pin:pin", "Show which numbers no test depends on."),
    (
        "prove",
        "prove:prove",
        "Prove that ratings rise with answers, and all occur.",
    ),
    (
        "what-if",
        "what_if:what_if",
        "Show the fewest changed judgements behind every other rating.",
    ),
    (
        "impact",
        "impact:impact",
        "Show every rating that other rules would change.",
    ),
    ("explain", "explain:explain", "Explain a framework in plain English."),
    ("diff", "diff:diff", "Show what changed in meaning between two versions."),
    ("flatten", "flatten:flatten", "Print a whole version as it is hashed."),
    ("serve", "serve:serve", "Serve an editor: the language server."),
)

rules = Commands(
    "rules",
    says="Write, check, test, prove and explain rule files.",
    entries={
        verb: Entry(f"service.command_line.rules.{function}", does)
        for verb, function, does in _COMMANDS
    },
)
