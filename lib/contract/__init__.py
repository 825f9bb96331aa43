"""Every model that crosses the wire."""
