"""What runs beside the functions on a developer's machine."""
