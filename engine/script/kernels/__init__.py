"""All compiled code of scripts, and the numbers it is compiled with; the engine's cache watches this folder.

What does not belong here: anything that knows the language.
"""
