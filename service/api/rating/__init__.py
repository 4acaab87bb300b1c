"""Answers, what they rate, and every change."""
