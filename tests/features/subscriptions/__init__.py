"""Tests of subscriptions and of the notices that subscribed rooms get."""
