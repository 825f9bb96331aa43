"""Write what a model reads for one turn.

lib.autogen and lib.moderator import write, prompt, delimiters and fitting; lib.offline_model imports parse.
"""
