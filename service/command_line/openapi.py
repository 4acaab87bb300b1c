"""`adjudge openapi`: the description of the HTTP API, without starting it."""

import json

import click

from service.api.application import OPERATIONS
from service.api.description.openapi import document
from service.version import VERSION


@click.command
def openapi() -> None:
    """Print the OpenAPI 3.1 document that the service gives out itself."""
    click.echo(json.dumps(document(OPERATIONS, version=VERSION), indent=1))
