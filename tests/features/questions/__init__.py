"""Tests of the questions slice."""
