"""What keeps a process alive: environment, resources, tasks, shutdown, logs, health, monitoring."""
