"""Kills, pauses and full disks, on purpose; judged by the log of the fake platform alone."""
