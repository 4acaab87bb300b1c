"""`adjudge rules`: what authors of rule files ask."""

from service.command_line.commands import Commands, Entry

_COMMANDS = (
    ("new", "rules_new:new", "Write a small framework to start from."),
    (
        "check",
        "rules_check:check",
        "Show every mistake in rule files, failing tests included.",
    ),
    ("format", "rules_format:format_", "Tidy the whitespace of rule files."),
    ("test", "rules_test:test", "Run the tests written in rule files."),
    ("why", "rules_why:why", "Explain what a mistake means and what to write."),
    ("pin", "rules_pin:pin", "Show which numbers no test depends on."),
    (
        "prove",
        "rules_prove:prove",
        "Prove that ratings rise with answers, and all occur.",
    ),
    (
        "what-if",
        "rules_what_if:what_if",
        "Show the fewest changed judgements behind every other rating.",
    ),
    (
        "impact",
        "rules_impact:impact",
        "Show every rating that other rules would change.",
    ),
    ("explain", "rules_explain:explain", "Explain a framework in plain English."),
    ("diff", "rules_diff:diff", "Show what changed in meaning between two versions."),
    ("flatten", "rules_flatten:flatten", "Print a whole version as it is hashed."),
    ("serve", "rules_serve:serve", "Serve an editor: the language server."),
)

rules = Commands(
    "rules",
    says="Write, check, test, prove and explain rule files.",
    entries={
        verb: Entry(f"service.command_line.{function}", does)
        for verb, function, does in _COMMANDS
    },
)
