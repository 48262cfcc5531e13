"""What Handshake does: one vertical slice per feature, and the few things all slices share."""
