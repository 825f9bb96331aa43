"""What every request passes: the boundary, bodies, content negotiation, and the server itself."""
