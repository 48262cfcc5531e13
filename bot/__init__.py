"""The roof: settings, command line, composition. The only place that meets concrete platforms."""
