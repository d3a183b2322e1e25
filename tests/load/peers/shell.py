"""The shell of the peers, which asks for a word before it is one."""

# Whoever else on this machine finds the port does not know the word, and gets no shell.
SHELL = """#!/bin/bash
IFS= read -rs -t 30 word && [ "$word" = {word} ] || exit 1
exec bash --norc -i
"""
