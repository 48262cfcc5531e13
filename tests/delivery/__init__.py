"""Tests of the delivery workers and the deliverer, judged by what is posted on the platforms."""
