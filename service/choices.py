"""What the house has chosen about the workflow, where published sources are silent."""

from dataclasses import dataclass
from datetime import timedelta

from service.config import Settings
from service.strength import StepUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Each is our choice, and a setting."""

    erasure_wait: timedelta = timedelta(days=7)  # until another person may approve it
    approval_lapses_after: timedelta = timedelta(days=14)
    quorum: int = 2  # of a panel that decides discretion
    cases_alone: int = 50  # whose words one person alone takes away in a table
    public_counts_from: int = 3  # a count, and what is left of it, for all to see
    break_glass_minutes: int = 60  # that evidence stays open to an administrator
    step_up: StepUp | None = None  # how one signs in before what cannot be undone
    every_case_checked: bool = True  # before the fieldwork is submitted


CHOICES = Choices()


def choices_of(settings: Settings) -> Choices:
    """The choices that the settings of a process make."""
    return Choices(
        erasure_wait=timedelta(days=settings.erasure_wait_days),
        approval_lapses_after=timedelta(days=settings.approval_lapses_after_days),
        quorum=settings.panel_quorum,
        cases_alone=settings.export_cases_alone,
        public_counts_from=settings.public_counts_from,
        break_glass_minutes=settings.break_glass_minutes,
        step_up=_step_up(settings),
        every_case_checked=settings.every_case_checked,
    )


def _step_up(settings: Settings) -> StepUp | None:
    acr, seconds = settings.step_up_acr, settings.step_up_seconds
    if acr is None and seconds is None:
        return None
    return StepUp(acr=tuple((acr or "").split()), seconds=seconds)
