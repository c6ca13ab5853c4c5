"""Sessions: a plan is run, recorded, read back and replayed."""
