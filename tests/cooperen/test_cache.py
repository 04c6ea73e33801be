"""The shared cache holds nothing relevant to security, and its values cannot run code."""

import os
import pickle

import pytest
from django.core.cache.backends.redis import RedisCache
from django.core.exceptions import ImproperlyConfigured

from cooperen import env
from tests.cooperen.test_two_nodes import shared_cache


class Planted:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return os.putenv, ("PLANTED", "ran")


@pytest.mark.parametrize("url", ["filecache:///tmp/x", "memcache://127.0.0.1:11211", "dbcache://rows", "dummycache://"])
def test_a_cache_that_unpickles_or_forgets_stops_the_start(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("CACHE_URL", url)
    with pytest.raises(ImproperlyConfigured, match="CACHE_URL debe empezar por redis://"):
        env.cache("CACHE_URL", "locmemcache://")


@pytest.mark.parametrize("url", ["redis://127.0.0.1:6379/11", "rediss://user:secret@cache.example:6380/0"])
def test_redis_is_read_as_json(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("CACHE_URL", url)
    found = env.cache("CACHE_URL", "locmemcache://")
    assert found["OPTIONS"]["serializer"] == "django.core.signing.JSONSerializer"


def test_a_pickle_planted_in_redis_is_refused_and_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    url = shared_cache()
    monkeypatch.setenv("CACHE_URL", url)
    found = env.cache("CACHE_URL", "locmemcache://")
    if not found["BACKEND"].endswith("RedisCache"):  # no Redis on this machine, which CI refuses
        assert found["BACKEND"].endswith("LocMemCache")
        return
    cache = RedisCache(found["LOCATION"], found)
    cache._cache.get_client(write=True).set(cache.make_and_validate_key("doctor"), pickle.dumps(Planted()))
    with pytest.raises(ValueError):
        cache.get("doctor")
    cache.set("doctor", "node 1", 30)
    assert cache.get("doctor") == "node 1"
    cache.delete("doctor")
