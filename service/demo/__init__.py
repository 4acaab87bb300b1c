"""Published inspections, taken apart into cases and answers that add up to them."""

from service.demo.plan import Plan, Submission
from service.demo.published import IDS, Published, read
from service.demo.reconstruct import choices, reconstruct

__all__ = ["IDS", "Plan", "Published", "Submission", "choices", "read", "reconstruct"]
