"""The product as users meet it, driven through clients that others wrote."""
