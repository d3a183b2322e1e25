"""The way out of machines that may reach a few names: a proxy in the machine, decided on by a process of the host."""
