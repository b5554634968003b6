"""POST /v1/chat/completions with `stream`: the order of the chunks, and leaving early."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import ENDLESS, user


def stream(client, model, messages=None, **fields):
    return client.chat.completions.create(model=model, messages=messages or user("Hello"), stream=True, **fields)


def text_of(chunks, index=0):
    choices = [choice for chunk in chunks for choice in chunk.choices if choice.index == index]
    return "".join(choice.delta.content or "" for choice in choices)


def test_order_and_shape_of_chunks(client, model):
    chunks = list(stream(client, model, max_tokens=100))
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    assert {chunk.model for chunk in chunks} == {model}
    assert len({chunk.id for chunk in chunks}) == 1 and chunks[0].id.startswith("chatcmpl-")
    assert len({chunk.created for chunk in chunks}) == 1
    assert all(len(chunk.choices) == 1 for chunk in chunks)
    assert all(chunk.usage is None for chunk in chunks)

    first, last = chunks[0].choices[0], chunks[-1].choices[0]
    assert (first.delta.role, first.delta.content, first.finish_reason) == ("assistant", "", None)
    assert last.finish_reason in ("stop", "length")
    assert not last.delta.model_dump(exclude_none=True), "the finish chunk carries nothing else"
    for chunk in chunks[1:-1]:
        [choice] = chunk.choices
        assert choice.delta.role is None and choice.delta.content and choice.finish_reason is None


@pytest.mark.parametrize("question", ["Hello", "你好", "Tell me a story"])
def test_pieces_make_the_whole(client, model, question):
    whole = client.chat.completions.create(model=model, messages=user(question), temperature=0, max_tokens=120)
    chunks = list(stream(client, model, user(question), temperature=0, max_tokens=120))
    assert text_of(chunks) == whole.choices[0].message.content
    assert chunks[-1].choices[0].finish_reason == whole.choices[0].finish_reason


def test_usage_chunk_when_asked(client, model):
    chunks = list(stream(client, model, max_tokens=9, stream_options={"include_usage": True}, extra_body=ENDLESS))
    *others, last = chunks
    assert last.choices == []
    assert last.usage.completion_tokens == 9
    assert last.usage.total_tokens == last.usage.prompt_tokens + 9
    assert all(chunk.usage is None and chunk.choices for chunk in others)


def test_n_choices_in_one_stream(client, model):
    chunks = list(stream(client, model, n=3, temperature=2.0, seed=5, max_tokens=12, extra_body=ENDLESS))
    for index in range(3):
        own = [chunk.choices[0] for chunk in chunks if chunk.choices[0].index == index]
        assert own[0].delta.role == "assistant"
        assert [choice.finish_reason for choice in own if choice.finish_reason] == ["length"]
    whole = client.chat.completions.create(
        model=model, messages=user("Hello"), n=3, temperature=2.0, seed=5, max_tokens=12, extra_body=ENDLESS
    )
    assert [text_of(chunks, index) for index in range(3)] == [choice.message.content for choice in whole.choices]


def test_stop_string_never_leaks(client, model):
    text = text_of(stream(client, model, temperature=0, max_tokens=60))
    stop = text[4:9]
    chunks = list(stream(client, model, temperature=0, max_tokens=60, stop=[stop]))
    assert text_of(chunks) == text[: text.index(stop)]
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_logprobs_of_chunks_cover_the_text(client, model):
    chunks = list(stream(client, model, temperature=0, max_tokens=20, logprobs=True, top_logprobs=2))
    entries = [
        entry
        for chunk in chunks
        for choice in chunk.choices
        if choice.logprobs
        for entry in choice.logprobs.content or []
    ]
    assert all(len(entry.top_logprobs) == 2 for entry in entries)
    told = b"".join(bytes(entry.bytes) for entry in entries).decode()
    assert told.startswith(text_of(chunks))


def test_stream_helper_of_the_sdk(client, model):
    with client.chat.completions.stream(model=model, messages=user("Hello"), max_tokens=60, temperature=0) as events:
        pieces = [event.delta for event in events if event.type == "content.delta"]
        final = events.get_final_completion()
    assert "".join(pieces) == final.choices[0].message.content


def test_leaving_a_stream_frees_the_engine(client, model, becomes_idle):
    opened = stream(client, model, max_tokens=900, extra_body=ENDLESS)
    pieces = [next(opened) for _ in range(5)]
    assert len(pieces) == 5
    opened.close()
    becomes_idle()
    assert client.chat.completions.create(model=model, messages=user("Hello"), max_tokens=5).choices


def test_leaving_many_streams_hurts_no_neighbour(client, model, becomes_idle):
    fields = {"temperature": 1.5, "seed": 11, "max_tokens": 200, "extra_body": ENDLESS}
    alone = text_of(stream(client, model, **fields))

    def leave(count):
        opened = stream(client, model, user(f"Tell me story {count}"), max_tokens=900, extra_body=ENDLESS)
        for _ in range(count % 5):
            next(opened)
        opened.close()

    with ThreadPoolExecutor(9) as pool:
        neighbour = pool.submit(lambda: text_of(stream(client, model, **fields)))
        list(pool.map(leave, range(32)))
        assert neighbour.result() == alone
    becomes_idle()
