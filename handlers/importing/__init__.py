"""Bringing teams, people, campaigns and the roadmap in from files: every row is checked before anything is written."""
