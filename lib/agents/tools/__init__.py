"""What agents may look up and compute.

lib.autogen imports toolset.
"""
