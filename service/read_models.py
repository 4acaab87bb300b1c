"""The read models that catch up behind the ledger, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from projections import Activity, Changes, Parts, ReadModel
from service.webhooks.webhooks import ToTell

READ_MODELS: Mapping[str, ReadModel] = MappingProxyType(
    {model.name: model for model in (Changes(), Activity(), Parts(), ToTell())}
)
