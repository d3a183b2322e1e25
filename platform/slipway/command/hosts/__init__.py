"""More than one host: commands of the site for its engines, and of a host that joins."""
