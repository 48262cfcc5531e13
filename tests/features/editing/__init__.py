"""Tests of editing items: drafts, proposals, approvals, reverts."""
