"""Every operation of those who agree, report and publish ratings."""

from service.api.panel import (
    accuracy,
    agreement,
    discretion,
    motions,
    plan,
    publications,
    published,
    queue,
    received,
    repins,
    report,
)

PANEL_OPERATIONS = (
    *received.routes,
    *queue.routes,
    *discretion.routes,
    *motions.routes,
    *agreement.routes,
    *report.routes,
    *accuracy.routes,
    *publications.routes,
    *published.routes,
    *plan.routes,
    *repins.routes,
)
