"""What other parts may react to without sandboxes knowing them."""

from django.dispatch import Signal

# Sent with `sandbox` after commit, in the process that made the move: its machine answers now.
sandbox_ready = Signal()
