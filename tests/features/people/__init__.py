"""Tests of profiles, linked accounts, and exporting and deleting personal data."""
