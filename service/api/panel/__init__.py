"""Evidence, discretion, agreement and publication over HTTP."""

from service.api.panel.operations import PANEL_OPERATIONS

__all__ = ["PANEL_OPERATIONS"]
