"""People are known by a hash of their token, and may do what their roles allow."""

import json
from pathlib import Path

import pytest

from service.identity import (
    IdentitiesError,
    Identity,
    LocalIdentities,
    Role,
    token_hash,
)
from service.permission import PERMISSIONS, Action, may, require
from service.refusal import Refused

ROSA = {"person": "p-rosa", "roles": ["inspector"], "token_hash": token_hash("secret")}


def written(tmp_path: Path, *people: object) -> Path:
    file = tmp_path / "people.json"
    file.write_text(json.dumps(people))
    return file


async def test_a_person_is_found_by_their_token(tmp_path: Path) -> None:
    identities = LocalIdentities.read(written(tmp_path, {**ROSA, "name": "Rosa"}))

    known = await identities.identify("secret")

    assert known == Identity("p-rosa", frozenset({Role.INSPECTOR}), "Rosa")
    assert await identities.identify("guess") is None


def test_two_people_cannot_share_a_token(tmp_path: Path) -> None:
    file = written(tmp_path, ROSA, {**ROSA, "person": "p-sam"})

    with pytest.raises(IdentitiesError, match="share one token"):
        LocalIdentities.read(file)


@pytest.mark.parametrize(
    "entry",
    [
        {**ROSA, "roles": ["emperor"]},
        {**ROSA, "token_hash": "secret"},
        {**ROSA, "person": "Rosa Luxemburg"},
        {**ROSA, "token": "secret"},
        "p-rosa",
    ],
)
def test_an_entry_that_does_not_fit_is_refused(entry: object, tmp_path: Path) -> None:
    with pytest.raises(IdentitiesError, match="is not a list of people"):
        LocalIdentities.read(written(tmp_path, entry))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(IdentitiesError, match="cannot be read"):
        LocalIdentities.read(tmp_path / "people.json")


def test_every_action_belongs_to_somebody() -> None:
    assert set(PERMISSIONS) == set(Action)
    assert all(PERMISSIONS.values())


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_the_table_says_and_nothing_else(
    role: Role, action: Action
) -> None:
    someone = Identity("p-someone", frozenset({role}))

    if may(someone, action):
        require(someone, action)
    else:
        with pytest.raises(Refused) as refused:
            require(someone, action)
        assert refused.value.code == "forbidden"
        assert refused.value.details["roles"] == sorted(PERMISSIONS[action])


def test_an_administrator_reads_no_cases_and_no_ratings() -> None:
    admin = Identity("p-admin", frozenset({Role.ADMIN}))

    assert not may(admin, Action.READ_CASES)
    assert not may(admin, Action.READ_RATINGS)


def test_somebody_without_a_role_may_do_nothing() -> None:
    assert not any(may(Identity("p-new", frozenset()), action) for action in Action)
