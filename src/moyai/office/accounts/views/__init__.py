"""The pages: members and posts, keys, the audit trail, one's own account."""
