"""What can go wrong, in our words.

Error
├── InvalidRequest        the request's syntax or structure is wrong
├── BadRequestData        the request is well formed, its content is not acceptable
├── AlreadyExists         something of that identifier is there already
├── ResourceNotFound      nothing of that identifier is there, or the caller may not know of it
├── NonexistentTenant     no tenant of that name
├── LdContextNotAvailable a remote @context cannot be had
├── UnsupportedMediaType
├── NotAcceptable         no form that the caller accepts
├── OperationNotSupported
├── TooManyResults
├── Unauthenticated       the key is unknown, expired or revoked
├── Forbidden             the caller is known and lacks the right
├── TooManyRequests       a rate limit or a quota is used up
├── PayloadTooLarge
├── StorageFull           the disk refused a write; nothing was stored
├── Unavailable           a part of the system is not running
└── NewerData             a data file was written by a newer version of the program

The docstring of a class is its default message. Nothing here knows HTTP; each face has one table.
"""

from __future__ import annotations


class Error(Exception):
    """Something went wrong."""

    def __init__(self, detail: str = "", **members: object) -> None:
        super().__init__(detail or (type(self).__doc__ or ""))
        self.members = members
        """Extra facts for the reader: what (an attribute's name), where (a JSON pointer)."""

    @property
    def detail(self) -> str:
        return str(self.args[0])


class InvalidRequest(Error):
    """The request is not well formed."""


class BadRequestData(Error):
    """The request's content is not acceptable."""


class AlreadyExists(Error):
    """It exists already."""


class ResourceNotFound(Error):
    """There is no such resource."""


class NonexistentTenant(Error):
    """There is no such tenant."""


class LdContextNotAvailable(Error):
    """The @context is not available."""


class UnsupportedMediaType(Error):
    """The body's media type is not supported."""


class NotAcceptable(Error):
    """There is no answer in a form that the caller accepts."""


class OperationNotSupported(Error):
    """This operation is not supported."""


class TooManyResults(Error):
    """The answer would have too many results."""


class Unauthenticated(Error):
    """The key is unknown, expired or revoked."""


class Forbidden(Error):
    """The caller lacks the right for this."""


class TooManyRequests(Error):
    """The rate limit or the quota of this key is used up."""

    def __init__(self, detail: str = "", *, retry_after: int = 60) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
        """Seconds."""


class PayloadTooLarge(Error):
    """The request's body is too large."""


class StorageFull(Error):
    """The disk is full: nothing was stored. Free some space and try again."""


class Unavailable(Error):
    """A part of the system is not running."""


class NewerData(Error):
    """This data was written by a newer version of Moyai. Install that version, or restore a backup."""
