"""A terminal that people look at; what a pipe gets is the plain text of `integrations/plain`."""
