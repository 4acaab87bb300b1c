"""What the facts add up to under the rules."""

from projections.activity import ACTIVITY, Activity, Deed, DeedFilter, deeds
from projections.beside import Beside
from projections.break_glass import Opening
from projections.casework import LEAD, Casework, Drawn, Frozen
from projections.changes import CHANGES, Changes, IndexedChange, Wanted, changes
from projections.checking import (
    CaseState,
    Checking,
    Correction,
    Difference,
    Done,
    Marking,
    Query,
    QueryState,
    Review,
)
from projections.effect import Figures, RatingEffect
from projections.exporting import Export, Exports
from projections.figures import (
    Snapshot,
    figures_hash,
    figures_of,
    hash_of,
    snapshot,
)
from projections.follower import Follower, ReadModel
from projections.follower_tables import DEAD_LETTERS, FOLLOWER_TABLES, PROGRESS
from projections.history import (
    RatingChange,
    RegisterEntry,
    inspections_before_panel,
    rating_changes,
    rating_kinds,
    register,
)
from projections.inline import RatingModels, read_book
from projections.instant import instant
from projections.on_record import on_record
from projections.parked import Following, Parked, following, parked
from projections.parts import PARTS, Parts, inspections_of
from projections.proceedings import Filed, Motion, Point, Proceedings
from projections.rating_book import Entry, RatingBook
from projections.rebuild import Rebuilt, rebuild
from projections.retention import Agreed, Erasure, Hold, Retention
from projections.retention_tables import (
    ErasureEntry,
    HoldEntry,
    erased_keys,
    erasures,
    holds,
)
from projections.shelf import Draft, Edition, RulesMoved, Shelf
from projections.tables import TABLES

__all__ = [
    "ACTIVITY",
    "CHANGES",
    "DEAD_LETTERS",
    "FOLLOWER_TABLES",
    "LEAD",
    "PARTS",
    "PROGRESS",
    "TABLES",
    "Activity",
    "Agreed",
    "Beside",
    "CaseState",
    "Casework",
    "Changes",
    "Checking",
    "Correction",
    "Deed",
    "DeedFilter",
    "Difference",
    "Done",
    "Draft",
    "Drawn",
    "Edition",
    "Entry",
    "Erasure",
    "ErasureEntry",
    "Export",
    "Exports",
    "Figures",
    "Filed",
    "Follower",
    "Following",
    "Frozen",
    "Hold",
    "HoldEntry",
    "IndexedChange",
    "Marking",
    "Motion",
    "Opening",
    "Parked",
    "Parts",
    "Point",
    "Proceedings",
    "Query",
    "QueryState",
    "RatingBook",
    "RatingChange",
    "RatingEffect",
    "RatingModels",
    "ReadModel",
    "Rebuilt",
    "RegisterEntry",
    "Retention",
    "Review",
    "RulesMoved",
    "Shelf",
    "Snapshot",
    "Wanted",
    "changes",
    "deeds",
    "erased_keys",
    "erasures",
    "figures_hash",
    "figures_of",
    "following",
    "hash_of",
    "holds",
    "inspections_before_panel",
    "inspections_of",
    "instant",
    "on_record",
    "parked",
    "rating_changes",
    "rating_kinds",
    "read_book",
    "rebuild",
    "register",
    "snapshot",
]
