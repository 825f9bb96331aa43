"""A debate as one printable page of HTML."""
