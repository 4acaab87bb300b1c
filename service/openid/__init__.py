"""OpenID Connect: who somebody is, as an identity provider tells it."""

from service.openid.access_token import OpenIdentities
from service.openid.provider import Provider
from service.openid.sign_in import Departure, Registered, SignIn
from service.openid.terms import Terms

__all__ = [
    "Departure",
    "OpenIdentities",
    "Provider",
    "Registered",
    "SignIn",
    "Terms",
]
