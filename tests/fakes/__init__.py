"""The smallest honest implementations of the house's ports. They keep state and are asked about outcomes."""
