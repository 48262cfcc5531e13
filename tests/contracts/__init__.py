"""One suite for each port, which the real implementation and its fake both have to pass."""
