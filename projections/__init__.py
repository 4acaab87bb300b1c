"""What the facts add up to under the rules."""

from projections.beside import Beside
from projections.effect import Figures, RatingEffect
from projections.history import RatingChange, RegisterEntry, rating_changes, register
from projections.inline import RatingModels, read_book
from projections.instant import instant
from projections.rating_book import Entry, RatingBook
from projections.rebuild import Rebuilt, rebuild
from projections.shelf import Edition, RulesMoved, Shelf
from projections.tables import TABLES

__all__ = [
    "TABLES",
    "Beside",
    "Edition",
    "Entry",
    "Figures",
    "RatingBook",
    "RatingChange",
    "RatingEffect",
    "RatingModels",
    "Rebuilt",
    "RegisterEntry",
    "RulesMoved",
    "Shelf",
    "instant",
    "rating_changes",
    "read_book",
    "rebuild",
    "register",
]
