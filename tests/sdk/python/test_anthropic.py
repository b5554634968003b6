"""POST /v1/messages with Anthropic's SDK."""

import asyncio

import anthropic
import pytest
from conftest import user

TOOL = {
    "name": "clock",
    "description": "What time it is",
    "input_schema": {
        "type": "object",
        "properties": {"zone": {"enum": ["UTC", "CET"]}},
        "required": ["zone"],
        "additionalProperties": False,
    },
}
PING = {"name": "ping", "input_schema": {"type": "object", "properties": {}, "additionalProperties": False}}
# The SDK no longer names the temperature; the API has it.
COLD = {"max_tokens": 60, "extra_body": {"temperature": 0}}
HOT = {"max_tokens": 400, "extra_body": {"temperature": 1.0}}


@pytest.fixture(scope="module")
def claude(url):
    with anthropic.Anthropic(base_url=url, api_key="unused", max_retries=0, timeout=120) as opened:
        yield opened


def create(claude, model, text="Hello", **fields):
    return claude.messages.create(model=model, messages=user(text), **{**COLD, **fields})


def calls_of(message):
    return [block for block in message.content if block.type == "tool_use"]


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def read_by(message):
    """The prompt's tokens; those from the cache are counted beside the others."""
    usage = message.usage
    return usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens


def test_shape(claude, client, model):
    answer = create(claude, model)
    assert (answer.type, answer.role, answer.model) == ("message", "assistant", model)
    assert answer.stop_reason in ("end_turn", "max_tokens") and answer.stop_sequence is None
    assert answer.usage.input_tokens > 0 and answer.usage.output_tokens > 0
    chat = client.chat.completions.create(model=model, messages=user("Hello"), temperature=0, max_tokens=60)
    assert text_of(answer) == chat.choices[0].message.content, "the same model says the same"


def test_max_tokens(claude, model):
    answer = create(claude, model, max_tokens=3)
    assert answer.stop_reason == "max_tokens" and answer.usage.output_tokens == 3


def test_stop_sequences(claude, model):
    text = text_of(create(claude, model))
    assert len(text) > 8, f"the model says too little to test stops: {text!r}"
    cut = create(claude, model, stop_sequences=["\u2603", text[4:7]])
    assert text_of(cut) == text[: text.index(text[4:7])]
    assert (cut.stop_reason, cut.stop_sequence) == ("stop_sequence", text[4:7])


def test_system_and_blocks(claude, model):
    plain = create(claude, model)
    blocks = claude.messages.create(
        model=model, messages=[{"role": "user", "content": [{"type": "text", "text": "Hello"}]}], **COLD
    )
    assert text_of(blocks) == text_of(plain)
    by_text = create(claude, model, system="Be brief.")
    by_blocks = create(claude, model, system=[{"type": "text", "text": "Be brief."}])
    assert read_by(by_text) == read_by(by_blocks) > read_by(plain)


def test_an_answer_can_be_begun(claude, model):
    begun = [*user("Hello"), {"role": "assistant", "content": "Hello! Wel"}]
    answer = claude.messages.create(model=model, messages=begun, **COLD)
    assert not text_of(answer).startswith("Hello! Wel")


def test_stream(claude, model):
    whole = create(claude, model)
    events = list(create(claude, model, stream=True))
    kinds = [event.type for event in events if event.type != "ping"]
    assert kinds[:2] == ["message_start", "content_block_start"]
    assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    with claude.messages.stream(model=model, messages=user("Hello"), **COLD) as opened:
        assert "".join(opened.text_stream) == text_of(whole)
        final = opened.get_final_message()
    assert text_of(final) == text_of(whole)
    assert (final.stop_reason, final.usage.output_tokens) == (whole.stop_reason, whole.usage.output_tokens)
    assert read_by(final) == read_by(whole)


def test_leaving_a_stream_frees_the_engine(claude, model, becomes_idle):
    for _ in range(4):
        opened = create(claude, model, "Tell me a story", stream=True, max_tokens=900)
        next(iter(opened))
        opened.close()
    becomes_idle()


@pytest.mark.parametrize("choice", [{"type": "any"}, {"type": "tool", "name": "clock"}])
def test_tools(claude, model, choice):
    fields = {"tools": [TOOL, PING], "tool_choice": choice, **HOT}
    for _ in range(3):
        answer = create(claude, model, "What time is it?", **fields)
        assert answer.stop_reason == "tool_use" and calls_of(answer)
        for call in calls_of(answer):
            assert call.input in ({"zone": "UTC"}, {"zone": "CET"}) if call.name == "clock" else call.input == {}
        with claude.messages.stream(model=model, messages=user("What time is it?"), **fields) as opened:
            final = opened.get_final_message()
        assert final.stop_reason == "tool_use" and calls_of(final)
    if choice["type"] == "tool":
        assert [call.name for call in calls_of(answer)] == ["clock"]


def test_one_call_at_a_time(claude, model):
    choice = {"type": "any", "disable_parallel_tool_use": True}
    for _ in range(3):
        assert len(calls_of(create(claude, model, tools=[TOOL], tool_choice=choice, **HOT))) == 1


def test_no_calls(claude, model):
    answer = create(claude, model, tools=[TOOL], tool_choice={"type": "none"})
    assert not calls_of(answer) and answer.stop_reason != "tool_use"


def test_tools_round_trip(claude, model):
    first = create(claude, model, "What time is it?", tools=[TOOL], tool_choice={"type": "any"}, **HOT)
    results = [{"type": "tool_result", "tool_use_id": call.id, "content": "noon"} for call in calls_of(first)]
    talk = [
        *user("What time is it?"),
        {"role": "assistant", "content": first.content},
        {"role": "user", "content": [*results, {"type": "text", "text": "Thanks"}]},
    ]
    answer = claude.messages.create(model=model, messages=talk, tools=[TOOL], tool_choice={"type": "none"}, **COLD)
    assert read_by(answer) > read_by(create(claude, model, "What time is it?"))


def test_count_tokens(claude, model):
    for fields in ({}, {"system": "Be brief."}, {"tools": [TOOL]}):
        counted = claude.messages.count_tokens(model=model, messages=user("Hello"), **fields)
        assert counted.input_tokens == read_by(create(claude, model, max_tokens=1, **fields))


def test_64_streams(url, model):
    async def run():
        async with anthropic.AsyncAnthropic(base_url=url, api_key="unused", max_retries=0, timeout=300) as claude:

            async def ask(number):
                async with claude.messages.stream(
                    model=model, messages=user(f"Where is my order {10000 + number}?"), **COLD
                ) as opened:
                    return text_of(await opened.get_final_message())

            together = await asyncio.gather(*(ask(number) for number in range(64)))
            for number in (0, 21, 63):
                assert together[number] == await ask(number)

    asyncio.run(run())


@pytest.mark.parametrize(
    "fields",
    [
        {"extra_body": {"temperature": 3}},
        {"max_tokens": -1},
        {"messages": []},
        {"messages": [{"role": "nobody", "content": "x"}]},
        {"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "base64"}}]}]},
        {"tools": [TOOL], "tool_choice": {"type": "tool", "name": "nowhere"}},
        {"tools": [{"type": "web_search_20250305", "name": "web_search"}]},
        {"tools": [{**TOOL, "name": "a name"}]},
        {"tools": [{**TOOL, "input_schema": {"type": "string"}}]},
        {"messages": [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1"}]}]},
    ],
)
def test_bad_requests(claude, model, fields):
    for stream in (False, True):
        with pytest.raises(anthropic.BadRequestError) as caught:
            claude.messages.create(**{"model": model, "messages": user("Hello"), "stream": stream, **COLD, **fields})
        assert caught.value.body["error"]["type"] == "invalid_request_error"


def test_missing_max_tokens(raw, model):
    answer = raw.post("/v1/messages", json={"model": model, "messages": user("Hello")})
    assert answer.status_code == 400 and "max_tokens" in answer.json()["error"]["message"]


def test_unknown_model(claude):
    with pytest.raises(anthropic.NotFoundError) as caught:
        create(claude, "no-such-model")
    assert caught.value.body["error"]["type"] == "not_found_error"
    assert caught.value.response.headers["x-request-id"]


def test_too_long(claude, client, model):
    limit = client.models.list().data[0].max_model_len
    with pytest.raises(anthropic.BadRequestError):
        create(claude, model, "lamp! " * limit)
