"""Tests of the handoff slice."""
