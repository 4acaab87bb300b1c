"""`adjudge rules`: what authors of rule files ask."""

from service.command_line.commands import Commands, Entry

rules = Commands(
    "rules",
    says="Write, check, test, prove and explain rule files.",
    entries={
        verb: Entry(f"service.command_line.rules_{verb}:{function}", does)
        for verb, function, does in (
            ("new", "new", "Write a small framework to start from."),
            (
                "check",
                "check",
                "Show every mistake in rule files, failing tests included.",
            ),
            ("format", "format_", "Tidy the whitespace of rule files."),
            ("test", "test", "Run the tests written in rule files."),
            ("pin", "pin", "Show which numbers no test depends on."),
            ("prove", "prove", "Prove that ratings rise with answers, and all occur."),
            ("explain", "explain", "Explain a framework in plain English."),
            ("diff", "diff", "Show what changed in meaning between two versions."),
            ("flatten", "flatten", "Print a whole version as it is hashed."),
        )
    },
)
