from keng.store.errors import SearchTooHeavyError, StoreError, StoreInUseError


def test_whoever_catches_store_errors_catches_all() -> None:
    assert issubclass(StoreInUseError, StoreError)
    assert issubclass(SearchTooHeavyError, StoreError)
