"""Show a debate afterwards: a transcript in Markdown, a page in HTML.

Functions may import it. Public modules: representation, transcript, page.render.
"""
