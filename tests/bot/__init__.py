"""Tests of the process around the features: settings, inbox, scheduler, demo, doctor, health."""
