"""Writes. Each is one transaction: check, validate, save, record in the audit trail.

``by`` is the actor; ``None`` means a command on the server, whose owner may do anything.
"""
