"""Limits for each person, so that one client cannot take the service from the others.

Whoever sends no token that is known here is counted by their address.
"""

import asyncio
from collections.abc import Mapping
from math import ceil

from aiohttp import web

from service.limits import Allowances, Pace
from service.refusal import Refused

NEAR: web.RequestKey[Mapping[str, str]] = web.RequestKey("near")
"""Headers that tell how much is left, to those who have little of it."""
ALLOWANCES = web.AppKey("allowances", Allowances)


def pace_of(method: str) -> Pace:
    """What a request counts as where its contract does not say."""
    return Pace.READS if method in {"GET", "HEAD"} else Pace.WRITES


def keep_pace(request: web.Request, pace: Pace, who: str) -> None:
    """Count a request; raises Refused once somebody asks for more than their share."""
    allowances = request.app[ALLOWANCES]
    seconds = allowances.take(pace, who, asyncio.get_running_loop().time())
    if (share := allowances.near(pace, who)) is not None:
        request[NEAR] = {
            "RateLimit-Policy": f'"{pace}";q={share.all};w={share.filled_in}',
            "RateLimit": f'"{pace}";r={share.left};t={share.full_in}',
        }
    if seconds:
        rate = allowances.rate(pace)
        raise Refused(
            "rate-limited",
            f"{rate.requests:,} {pace} in {rate.seconds:,} seconds are allowed, and "
            f"{rate.burst:,} at once; send it again in {ceil(seconds)} seconds",
            retry_after=ceil(seconds),
        )


def stranger(request: web.Request) -> str:
    """Who asks, where nobody says who they are."""
    return f"address {request.remote}"
