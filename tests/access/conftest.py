from tests.store.conftest import engine, rough, url

__all__ = ["engine", "rough", "url"]
