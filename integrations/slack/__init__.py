"""Slack, and everything that is only true there."""
