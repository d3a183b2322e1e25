"""The one command, `./slipway`: what it can do, one module per command."""
