"""What runs on a developer's machine: the commands demo, serve, token, generate, bench, faults and evaluate."""
