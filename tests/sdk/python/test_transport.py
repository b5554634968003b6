"""Headers, time limits and retries as the SDK sees them."""

import socket
import threading
import time

import pytest
from conftest import ENDLESS, user
from openai import APIConnectionError, APITimeoutError, NotFoundError, OpenAI


def test_request_id_of_an_answer(client, model):
    answers = [
        client.chat.completions.with_raw_response.create(model=model, messages=user("Hello"), max_tokens=2)
        for _ in range(2)
    ]
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert all(ids) and ids[0] != ids[1]
    assert answers[0].http_response.headers["content-type"].startswith("application/json")
    assert answers[0].parse().choices


def test_request_id_of_an_error(client):
    with pytest.raises(NotFoundError) as caught:
        client.models.retrieve("no-such-model")
    assert caught.value.request_id


def test_headers_of_a_stream(client, model):
    with client.chat.completions.with_streaming_response.create(
        model=model, messages=user("Hello"), max_tokens=4, stream=True
    ) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-request-id"]
        lines = [line for line in answer.iter_lines() if line.startswith("data: ")]
    assert lines[-1] == "data: [DONE]"


def test_a_client_that_gives_up_frees_the_engine(client, model, becomes_idle):
    impatient = client.with_options(timeout=0.1, max_retries=1)
    with pytest.raises(APITimeoutError):
        impatient.chat.completions.create(model=model, messages=user("Hello"), max_tokens=900, n=8, extra_body=ENDLESS)
    becomes_idle()
    assert client.models.list().data


def test_retries_find_a_server_that_comes_up_late(url):
    """The first attempts meet a closed port; a later one is forwarded to the real server."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
    host, _, target = url.removeprefix("http://").partition(":")

    def open_late():
        time.sleep(0.6)
        with socket.create_server(("127.0.0.1", port)) as listener:
            ours, _ = listener.accept()
            with ours, socket.create_connection((host, int(target or 80))) as theirs:
                theirs.sendall(ours.recv(65536))
                ours.sendall(theirs.recv(65536))

    thread = threading.Thread(target=open_late, daemon=True)
    thread.start()
    with OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="unused", max_retries=6, timeout=10) as late:
        assert late.models.list().data
    thread.join(10)


def test_nobody_there():
    with OpenAI(base_url="http://127.0.0.1:9/v1", api_key="unused", max_retries=0, timeout=5) as lost:
        with pytest.raises(APIConnectionError):
            lost.models.list()
