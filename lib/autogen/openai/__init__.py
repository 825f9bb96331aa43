"""Provide models behind OpenAI's protocol.

Only lib.autogen.providers imports it. Public module: provider.
"""
