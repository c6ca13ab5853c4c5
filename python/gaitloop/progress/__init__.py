"""Progress: what a session achieved, for people who treat."""
