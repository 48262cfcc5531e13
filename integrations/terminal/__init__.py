"""Cards on an interactive terminal; piped output is the plain text of `integrations/plain`."""
