"""The specification in executable form: a NumPy twin of every room of the core.

Written from ``docs/specification.md`` and from nothing else, to be read, compared and argued with. It is shipped with
the package, imported by name, and is never a fallback for the core: where the two differ, the specification decides.
"""
