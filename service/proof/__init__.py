"""Checkpoints on a schedule, verification, and packs of proof."""
