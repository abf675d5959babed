"""Statistics of a run, each with its formula and source. What does not belong here: fills, signals, drawing."""
