"""Show a debate afterwards: a transcript in Markdown, a page in HTML."""
