"""The pages: members and posts, keys, the audit trail, one's own account."""

from moyai.office.accounts.views import keys, members, mine, trail

__all__ = ["keys", "members", "mine", "trail"]
