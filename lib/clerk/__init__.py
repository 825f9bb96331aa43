"""Who is calling: verify Clerk's session tokens."""
