"""What every request passes: the server, the boundary, bodies, content negotiation and the served description.

lib.router imports `boundary`; functions import `body`, `accept` and `description.document`. Imports lib.process and
lib.contract only.
"""
