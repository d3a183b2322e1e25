"""What runs inside a machine, as processes of this host: the terminal's holder and shell, the observer, the typist."""
