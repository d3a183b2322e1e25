"""`./slipway up`: from a bare machine to a page that answers, one module per kind of step."""
