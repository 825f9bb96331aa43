"""Who debates, what they read and use, and what they conclude.

Rooms above import it. Public modules: roster, model, and those of prompt, tools and verdict.
"""
