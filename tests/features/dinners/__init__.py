"""Tests of dinners."""
