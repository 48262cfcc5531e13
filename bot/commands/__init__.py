"""The subcommands of `handshake`. Each module has a typer app `cli` with its options, and what the command does."""
