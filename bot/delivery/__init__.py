"""The post: what stands in the ledger is brought to its platform, in order, once wherever that can be known."""
