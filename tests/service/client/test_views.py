"""What the client reads is what the service says, and it carries none of its parts."""

import subprocess
import sys
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from service.api import OPERATIONS, document
from service.client import (
    batch,
    case,
    fieldwork,
    inbox,
    panel,
    problem,
    ratings,
    report,
    rules,
    views,
    webhooks,
)

PARTS = ("dsl", "events", "projections", "sqlalchemy", "structlog", "lark", "click")
SCHEMAS: dict[str, Any] = document(OPERATIONS, version="1")["components"]["schemas"]
READ = [
    struct
    for module in (
        views,
        batch,
        case,
        fieldwork,
        inbox,
        panel,
        problem,
        ratings,
        report,
        rules,
        webhooks,
    )
    for struct in vars(module).values()
    if isinstance(struct, type)
    and issubclass(struct, Struct)
    and struct.__module__ == module.__name__
]
OWN = {"Item"}  # stands for several: the service has one struct a kind


@pytest.mark.parametrize("struct", READ, ids=lambda struct: str(struct.__name__))
def test_every_field_the_client_reads_is_one_the_service_gives(
    struct: type[Struct],
) -> None:
    if struct.__name__ in OWN:
        kinds = SCHEMAS["AnswerBatchBody"]["properties"]["items"]["items"]["anyOf"]
        known = {
            name
            for kind in kinds
            for name in SCHEMAS[kind["$ref"].rpartition("/")[2]]["properties"]
        }
        assert set(struct.__struct_fields__) == known
        return
    fields = set(struct.__struct_fields__)
    needed = {field.name for field in msgspec.structs.fields(struct) if field.required}
    assert any(
        fields <= schema["properties"].keys()
        and needed <= set(schema["required"]) | {"items"}
        for name, schema in SCHEMAS.items()
        if name.rpartition(".")[2] == struct.__name__  # some have the module's before
    )


def test_embedding_the_client_brings_nothing_of_the_service() -> None:
    listed = subprocess.run(
        [sys.executable, "-c", "import service.client, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )

    brought = {
        name
        for name in listed.stdout.split()
        if name.partition(".")[0] in PARTS
        or (name.startswith("service.") and not name.startswith("service.client"))
    }
    assert brought == set()
