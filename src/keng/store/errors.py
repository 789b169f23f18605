"""What goes wrong in a store, in three kinds that callers answer differently."""


class StoreError(Exception):
    """The store could not do it. After a failed insert try again later: nothing was acknowledged."""


class StoreInUseError(StoreError):
    """Another process holds the folder; the text says which and what to do."""


class SearchTooHeavyError(StoreError):
    """A search met its limit of time or memory, or was cancelled; the text tells the searcher what to do."""


class StatementError(StoreError):
    """An expert's statement that was read but cannot be run; the text says why, in the store's English."""
