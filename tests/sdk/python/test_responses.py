"""POST /v1/responses: answers, streams, tools, forms. The order of the events is watched by `response_rules.py`."""

import asyncio
import json

import openai
import pytest
from conftest import ENDLESS
from openai import AsyncOpenAI, BadRequestError, NotFoundError
from pydantic import BaseModel, Field

COLD = {"temperature": 0, "max_output_tokens": 60}
HOT = {"temperature": 1.0, "max_output_tokens": 400}
CLOCK = {
    "type": "function",
    "name": "clock",
    "parameters": {
        "type": "object",
        "properties": {"zone": {"enum": ["UTC", "CET"]}},
        "required": ["zone"],
        "additionalProperties": False,
    },
    "strict": True,
}
SMALL = {
    "type": "object",
    "properties": {"ok": {"type": "boolean"}, "level": {"enum": ["low", "high"]}},
    "required": ["ok", "level"],
    "additionalProperties": False,
}


class Point(BaseModel):
    x: int = Field(ge=0, le=99)
    label: str = Field(max_length=8)


def create(client, model, said="Hello", **fields):
    return client.responses.create(model=model, input=said, **{**COLD, **fields})


def calls_of(response):
    return [item for item in response.output if item.type == "function_call"]


def test_shape(client, model):
    answer = create(client, model)
    assert answer.status == "completed"
    message = answer.output[-1]
    assert (message.type, message.role, message.status) == ("message", "assistant", "completed")
    assert answer.output_text == message.content[0].text != ""
    assert (answer.model, answer.temperature, answer.metadata) == (model, 0, {})
    assert (answer.tools, answer.tool_choice, answer.parallel_tool_calls) == ([], "auto", True)
    assert answer.text.format.type == "text"
    assert answer.usage.input_tokens > 0 and answer.usage.output_tokens > 0
    chat = client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": "Hello"}], temperature=0, max_tokens=60
    )
    assert answer.output_text == chat.choices[0].message.content, "the same model says the same"


def test_what_was_asked_comes_back(client, model):
    fields = {
        "instructions": "Be brief.",
        "metadata": {"a": "b"},
        "top_p": 0.5,
        "max_output_tokens": 20,
        "truncation": "auto",
        "parallel_tool_calls": False,
        "user": "someone",
    }
    answer = create(client, model, **fields)
    assert {key: getattr(answer, key) for key in fields} == fields


def test_kinds_of_input(client, model):
    plain = create(client, model, "Hello")
    for same in (
        [{"role": "user", "content": "Hello"}],
        [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello"}]}],
    ):
        again = create(client, model, same)
        assert (again.output_text, again.usage.input_tokens) == (plain.output_text, plain.usage.input_tokens)
    talk = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi."},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Bye"}]},
    ]
    assert create(client, model, talk).usage.input_tokens > plain.usage.input_tokens


def test_instructions_are_a_system_message(client, model):
    by_field = create(client, model, instructions="Be brief.")
    by_item = create(client, model, [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}])
    assert by_field.usage.input_tokens == by_item.usage.input_tokens
    assert by_field.output_text == by_item.output_text


def test_cut_off(client, model):
    answer = create(client, model, max_output_tokens=16, extra_body=ENDLESS)
    assert (answer.status, answer.incomplete_details.reason) == ("incomplete", "max_output_tokens")
    assert answer.output[-1].status == "incomplete"
    assert answer.usage.output_tokens == 16
    *_, last = create(client, model, max_output_tokens=16, extra_body=ENDLESS, stream=True)
    assert last.type == "response.incomplete"
    assert last.response.output_text == answer.output_text


def test_stream(client, model):
    whole = create(client, model)
    events = list(create(client, model, stream=True))
    kinds = [event.type for event in events]
    assert kinds[:4] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
    ]
    assert kinds[-4:] == [
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == whole.output_text
    assert events[-1].response.output_text == whole.output_text
    assert events[-1].response.usage.output_tokens == whole.usage.output_tokens


def test_stream_helper(client, model):
    with client.responses.stream(model=model, input="Hello", **COLD) as events:
        text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
        final = events.get_final_response()
    assert final.output_text == text != ""


def test_leaving_a_stream_frees_the_engine(client, model, becomes_idle):
    opened = create(client, model, stream=True, max_output_tokens=900, extra_body=ENDLESS)
    for _ in range(8):
        next(opened)
    opened.close()
    becomes_idle()


def test_logprobs(client, model):
    fields = {"include": ["message.output_text.logprobs"], "top_logprobs": 2}
    answer = create(client, model, **fields)
    entries = answer.output[-1].content[0].logprobs
    assert entries and all(len(entry.top_logprobs) == 2 for entry in entries)
    assert b"".join(bytes(entry.bytes) for entry in entries).decode().startswith(answer.output_text)
    events = list(create(client, model, stream=True, **fields))
    told = [entry.token for event in events if event.type == "response.output_text.delta" for entry in event.logprobs]
    assert told == [entry.token for entry in entries][: len(told)] and told


def test_parse(client, model):
    answer = client.responses.parse(model=model, input="Draw", text_format=Point, **HOT)
    assert answer.status == "completed"
    assert isinstance(answer.output_parsed, Point)
    with client.responses.stream(model=model, input="Draw", text_format=Point, **HOT) as events:
        assert isinstance(events.get_final_response().output_parsed, Point)


@pytest.mark.parametrize("strict", [True, False])
def test_a_form(client, model, strict):
    form = {"type": "json_schema", "name": "small", "schema": SMALL, "strict": strict}
    answer = create(client, model, text={"format": form}, **HOT)
    assert set(json.loads(answer.output_text)) == {"ok", "level"}
    assert answer.text.format.type == "json_schema"
    events = list(create(client, model, text={"format": form}, stream=True, **HOT))
    assert set(json.loads(events[-1].response.output_text)) == {"ok", "level"}


def test_json_object(client, model):
    answer = create(client, model, text={"format": {"type": "json_object"}}, **HOT)
    assert answer.output_text.lstrip().startswith("{")
    if answer.status == "completed":
        assert isinstance(json.loads(answer.output_text), dict)


@pytest.mark.parametrize(
    "tool_choice",
    [
        "required",
        {"type": "function", "name": "clock"},
        {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "clock"}]},
    ],
)
def test_tools(client, model, tool_choice):
    ping = {"type": "function", "name": "ping", "parameters": {"type": "object", "properties": {}}, "strict": False}
    tools = [CLOCK] if tool_choice == "required" else [ping, CLOCK]
    fields = {"tools": tools, "tool_choice": tool_choice, **HOT}
    answer = create(client, model, "What time is it?", **fields)
    calls = calls_of(answer)
    assert calls and answer.status == "completed"
    for call in calls:
        assert call.name == "clock" and json.loads(call.arguments)["zone"] in ("UTC", "CET")
    events = list(create(client, model, "What time is it?", stream=True, **fields))
    done = [event for event in events if event.type == "response.function_call_arguments.done"]
    assert [event.arguments for event in done] == [call.arguments for call in calls_of(events[-1].response)]
    assert done


def test_tools_round_trip(client, model):
    first = create(client, model, "What time is it?", tools=[CLOCK], tool_choice="required", **HOT)
    results = [
        {"type": "function_call_output", "call_id": call.call_id, "output": "noon"} for call in calls_of(first)
    ]
    asked = [{"role": "user", "content": "What time is it?"}]
    said = [item.model_dump(exclude_none=True) for item in first.output]
    by_items = create(client, model, [*asked, *said, *results], tools=[CLOCK], tool_choice="none")
    by_id = create(client, model, results, previous_response_id=first.id, tools=[CLOCK], tool_choice="none")
    assert by_items.output_text == by_id.output_text
    assert by_items.usage.input_tokens == by_id.usage.input_tokens


def test_a_custom_tool_takes_text(client, model):
    tool = {"type": "custom", "name": "note", "description": "Writes a note.", "format": {"type": "text"}}
    fields = {"tools": [tool], "tool_choice": {"type": "custom", "name": "note"}, **HOT}
    answer = create(client, model, "Write a note", **fields)
    (call,) = answer.output
    assert (call.type, call.name, answer.tools[0].type) == ("custom_tool_call", "note", "custom")
    events = list(create(client, model, "Write a note", stream=True, **fields))
    (done,) = [event for event in events if event.type == "response.custom_tool_call_input.done"]
    assert done.input == events[-1].response.output[0].input
    result = {"type": "custom_tool_call_output", "call_id": call.call_id, "output": "written"}
    more = create(client, model, [result], previous_response_id=answer.id, tools=[tool])
    assert more.status in ("completed", "incomplete")


def test_parse_makes_objects_of_arguments(client, model):
    tool = openai.pydantic_function_tool(Point, name="draw")
    flat = {"type": "function", **tool["function"]}
    answer = client.responses.parse(model=model, input="Draw", tools=[flat], tool_choice="required", **HOT)
    for call in calls_of(answer):
        assert set(json.loads(call.arguments)) == {"x", "label"}


def test_64_streams(url, model):
    async def run():
        async with AsyncOpenAI(base_url=f"{url}/v1", api_key="unused", max_retries=0, timeout=300) as client:

            async def ask(number):
                events = await client.responses.create(
                    model=model, input=f"Where is my order {10000 + number}?", stream=True, store=False, **COLD
                )
                return [event async for event in events][-1].response.output_text

            together = await asyncio.gather(*(ask(number) for number in range(64)))
            for number in (0, 21, 63):
                assert together[number] == await ask(number)

    asyncio.run(run())


@pytest.mark.parametrize(
    "fields, param",
    [
        ({"temperature": 3}, "temperature"),
        ({"max_output_tokens": 0}, "max_output_tokens"),
        ({"input": []}, "input"),
        ({"input": [{"role": "nobody", "content": "x"}]}, "input"),
        ({"input": [{"type": "function_call_output", "output": "x"}]}, "input"),
        ({"tools": [{"type": "web_search"}]}, "tools"),
        ({"tools": [{"type": "function"}]}, "tools"),
        ({"tools": [CLOCK], "tool_choice": {"type": "function", "name": "nowhere"}}, "tool_choice"),
        ({"text": {"format": {"type": "yaml"}}}, "text"),
        ({"text": {"format": {"type": "json_schema", "name": "x", "schema": {"type": "nonsense"}}}}, "text"),
        ({"truncation": "sometimes"}, "truncation"),
        ({"conversation": 7}, "conversation"),
        ({"metadata": {"k" * 65: "v"}}, "metadata"),
        ({"background": True, "store": False}, "background"),
    ],
)
def test_bad_requests(client, model, fields, param):
    fields = {"input": "Hello", **fields}
    for stream in (False, True):
        with pytest.raises(BadRequestError) as caught:
            client.responses.create(model=model, stream=stream, **fields)
        assert caught.value.param.startswith(param), caught.value.param


def test_unknown_model(client):
    with pytest.raises(NotFoundError) as caught:
        create(client, "no-such-model")
    assert caught.value.code == "model_not_found"
