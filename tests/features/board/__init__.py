"""Tests of the board of items."""
