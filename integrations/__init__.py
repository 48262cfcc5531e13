"""The outside world: small Protocols in `ports`, and one folder per vendor. Delete a folder and the vendor is gone."""
