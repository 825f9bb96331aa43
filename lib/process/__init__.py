"""What keeps a process alive: environment, resources, tasks, shutdown, logs, health, monitoring.

Imported by every room but contract. Public modules: environment, resource, tasks, shutdown, logs, health,
monitoring.telemetry.
"""
