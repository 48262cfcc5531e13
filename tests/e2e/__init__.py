"""The product as a user meets it, in clients that others wrote."""
