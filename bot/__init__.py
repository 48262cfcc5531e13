"""Settings, command line and composition. The only package that knows the concrete platforms."""
