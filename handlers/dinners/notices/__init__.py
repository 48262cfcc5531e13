"""Notices about dinners, composed when they are sent.

A room gets a card when an organiser posts it there; everything else goes to people in private.
"""
