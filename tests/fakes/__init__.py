"""Small working implementations of the ports and of the vendors' servers. They keep state; tests ask them about outcomes."""
