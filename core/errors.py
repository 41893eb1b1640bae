"""What can go wrong on purpose: errors that a person or caller can act on."""


class ApplicationError(Exception):
    """A request that cannot be met. `message` is for a person, `field` names the input."""

    def __init__(self, message: str, *, field: str | None = None, code: str = "invalid") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code


class NotAllowed(ApplicationError):
    """The acting person or credential may not do this."""


class NotFound(ApplicationError):
    """What was named does not exist, or not for this practice."""


class Conflict(ApplicationError):
    """The thing has changed meanwhile, or the same key came with other content."""
