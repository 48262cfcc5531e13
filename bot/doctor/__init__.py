"""The checks of `handshake doctor`."""
