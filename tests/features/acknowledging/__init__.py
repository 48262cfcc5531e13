"""Tests of acknowledgements, coverage and reminders."""
