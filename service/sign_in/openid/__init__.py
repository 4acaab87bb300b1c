"""OpenID Connect: who somebody is, as an identity provider tells it."""

from service.sign_in.openid.access_token import OpenIdentities
from service.sign_in.openid.provider import Provider
from service.sign_in.openid.sign_in import Departure, Registered, SignIn
from service.sign_in.openid.terms import Terms

__all__ = [
    "Departure",
    "OpenIdentities",
    "Provider",
    "Registered",
    "SignIn",
    "Terms",
]
