"""Keys, against a server that wants one: SCONCE_AUTH_URL, SCONCE_AUTH_KEY."""

import os

import httpx2
import pytest
from openai import AuthenticationError, OpenAI

URL = os.environ.get("SCONCE_AUTH_URL", "").rstrip("/").removesuffix("/v1")
KEY = os.environ.get("SCONCE_AUTH_KEY", "")
pytestmark = pytest.mark.skipif(not URL or not KEY, reason="SCONCE_AUTH_URL and SCONCE_AUTH_KEY name no server")


def test_the_right_key_opens():
    with OpenAI(base_url=f"{URL}/v1", api_key=KEY, max_retries=0) as client:
        assert client.models.list().data


@pytest.mark.parametrize("key", ["wrong", KEY + "x", KEY[:-1], KEY.upper() if KEY != KEY.upper() else KEY.lower()])
def test_a_wrong_key_does_not(key):
    with OpenAI(base_url=f"{URL}/v1", api_key=key, max_retries=0) as client:
        for call in (client.models.list, lambda: client.chat.completions.create(model="m", messages=[])):
            with pytest.raises(AuthenticationError) as caught:
                call()
            assert caught.value.code == "invalid_api_key"
            assert KEY not in caught.value.message


def test_headers():
    def status(path, headers):
        return httpx2.get(URL + path, headers=headers).status_code

    assert status("/v1/models", {}) == 401
    assert status("/v1/models", {"x-api-key": KEY}) == 200
    assert status("/v1/models", {"authorization": f"Basic {KEY}"}) == 401
    assert status("/v1/models", {"authorization": KEY}) == 401
    assert status("/health/live", {}) == 200
    assert status("/metrics", {}) == 401
