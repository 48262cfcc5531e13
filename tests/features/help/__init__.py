"""Tests of help, suggestions and first steps."""
