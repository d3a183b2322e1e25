vm start boot --console  # unchecked: the next wait would not end without it
^wait command-line.  # unchecked: waits
^N  # unchecked: a step on the console
^N  # unchecked: a step on the console
^M  # unchecked: a step on the console
^wait boot login:  # unchecked: waits
^]  # unchecked: a step on the console
