"""Tests of importing files: teams, people, campaigns and the roadmap."""
