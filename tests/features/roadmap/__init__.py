"""Tests of reading the roadmap."""
