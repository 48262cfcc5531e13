"""Which kind of file it is, and how the result of an import is reported. Pure."""
