"""Headers, time limits and retries as the SDK sees them."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
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


class Proxy(BaseHTTPRequestHandler):
    """Hands a GET on to the real server."""

    target = ""

    def do_GET(self):
        answer = httpx2.get(self.target + self.path)
        self.send_response(answer.status_code)
        self.send_header("content-type", answer.headers["content-type"])
        self.send_header("content-length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_):
        pass


def test_retries_find_a_server_that_comes_up_late(url):
    """The first attempts meet a closed port; a later one reaches the server."""
    late_proxy = ThreadingHTTPServer(("127.0.0.1", 0), type("To", (Proxy,), {"target": url}), bind_and_activate=False)
    late_proxy.server_bind()  # bound, but refusing connections until it listens
    port = late_proxy.server_address[1]

    def open_late():
        time.sleep(0.6)
        late_proxy.server_activate()
        late_proxy.serve_forever(poll_interval=0.05)

    threading.Thread(target=open_late, daemon=True).start()
    try:
        with OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="unused", max_retries=6, timeout=10) as late:
            assert late.models.list().data
    finally:
        late_proxy.shutdown()
        late_proxy.server_close()


def test_nobody_there():
    with OpenAI(base_url="http://127.0.0.1:9/v1", api_key="unused", max_retries=0, timeout=5) as lost:
        with pytest.raises(APIConnectionError):
            lost.models.list()
