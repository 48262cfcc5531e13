"""Send what is in the delivery ledger: in order for each place, and once wherever the platform lets us check."""
