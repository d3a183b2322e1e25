"""What keeps processes running: a supervisord per installation, its configuration and how to speak with it."""
