"""What the facts add up to under the rules."""

from projections.beside import Beside
from projections.casework import LEAD, Casework
from projections.effect import Figures, RatingEffect
from projections.follower import Follower, Parked, parked
from projections.follower_tables import FOLLOWER_TABLES
from projections.history import (
    RatingChange,
    RegisterEntry,
    inspections_before_panel,
    rating_changes,
    register,
)
from projections.inline import RatingModels, read_book
from projections.instant import instant
from projections.on_record import on_record
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
    "FOLLOWER_TABLES",
    "LEAD",
    "TABLES",
    "Agreed",
    "Beside",
    "Casework",
    "Draft",
    "Edition",
    "Entry",
    "Erasure",
    "ErasureEntry",
    "Figures",
    "Filed",
    "Follower",
    "Hold",
    "HoldEntry",
    "Motion",
    "Parked",
    "Point",
    "Proceedings",
    "RatingBook",
    "RatingChange",
    "RatingEffect",
    "RatingModels",
    "Rebuilt",
    "RegisterEntry",
    "Retention",
    "RulesMoved",
    "Shelf",
    "erased_keys",
    "erasures",
    "holds",
    "inspections_before_panel",
    "instant",
    "on_record",
    "parked",
    "rating_changes",
    "read_book",
    "rebuild",
    "register",
]
