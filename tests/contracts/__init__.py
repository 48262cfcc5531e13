"""Promises of the ports: one suite each, kept by the real thing and by its fake alike."""
