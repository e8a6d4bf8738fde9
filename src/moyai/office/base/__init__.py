"""What every app of the office stands on: who may do what, the audit trail, error pages, the door to the broker."""
