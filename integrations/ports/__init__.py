"""What Handshake asks of the outside world: small Protocols and the values they exchange. Standard library only."""
