"""Tools: which may be called, which must be, and what the SDK makes of the calls. The arguments of these functions are
bounded, so that a call of whatever model ends."""

import json
from enum import Enum

import openai
import pytest
from conftest import user
from openai import BadRequestError
from pydantic import BaseModel, Field

HOT = {"temperature": 1.0, "max_tokens": 400}


def tool(name, properties, **fields):
    parameters = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"type": "function", "function": {"name": name, "parameters": parameters, **fields}}


DAYS = {"type": "integer", "minimum": 1, "maximum": 9}
WEATHER = tool("get_weather", {"city": {"enum": ["Paris", "Oslo"]}, "days": DAYS})
CLOCK = tool("clock", {"zone": {"enum": ["UTC", "CET"]}}, description="What time it is")
BARE = {"type": "function", "function": {"name": "ping"}}
TOOLS = [WEATHER, CLOCK]
NAMED = {"type": "function", "function": {"name": "clock"}}


def create(client, model, messages=None, **fields):
    messages = messages or user("What is the weather in Paris?")
    return client.chat.completions.create(model=model, messages=messages, **{**HOT, "tools": TOOLS, **fields})


def check(function):
    """A call of one of the two functions, with arguments that fit."""
    arguments = json.loads(function.arguments)
    if function.name == "clock":
        assert set(arguments) == {"zone"} and arguments["zone"] in ("UTC", "CET")
    else:
        assert function.name == "get_weather"
        assert set(arguments) == {"city", "days"} and arguments["city"] in ("Paris", "Oslo")
        assert arguments["days"] in range(1, 10)


def gathered(chunks, index=0):
    """What the pieces of a stream add up to: text, calls, finish_reason."""
    text, calls, finish = "", [], None
    for choice in (choice for chunk in chunks for choice in chunk.choices if choice.index == index):
        text += choice.delta.content or ""
        for piece in choice.delta.tool_calls or []:
            if piece.index == len(calls):
                calls.append({"id": piece.id, "name": piece.function.name, "arguments": ""})
            calls[piece.index]["arguments"] += piece.function.arguments or ""
        finish = choice.finish_reason or finish
    return text, calls, finish


@pytest.mark.parametrize("seed", range(4))
def test_required(client, model, seed):
    [choice] = create(client, model, tool_choice="required", seed=seed).choices
    assert choice.finish_reason == "tool_calls"
    assert choice.message.tool_calls
    for call in choice.message.tool_calls:
        assert call.type == "function" and call.id
        check(call.function)


def test_named(client, model):
    for seed in range(4):
        [choice] = create(client, model, tool_choice=NAMED, seed=seed).choices
        [call] = choice.message.tool_calls
        assert call.function.name == "clock"
        check(call.function)
        # OpenAI says `stop` where the request named the function.
        assert choice.finish_reason in ("tool_calls", "stop")


def test_none(client, model):
    [choice] = create(client, model, tool_choice="none").choices
    assert choice.message.tool_calls is None and choice.message.content is not None
    assert choice.finish_reason in ("stop", "length")


def test_auto_is_the_default(client, model):
    for seed in range(3):
        [choice] = create(client, model, seed=seed, max_tokens=60).choices
        [explicit] = create(client, model, seed=seed, max_tokens=60, tool_choice="auto").choices
        assert choice.message.content == explicit.message.content
        assert (choice.finish_reason == "tool_calls") == bool(choice.message.tool_calls)


@pytest.mark.parametrize("mode", ["required", "auto"])
def test_allowed_tools(client, model, mode):
    allowed = {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": [NAMED]}}
    for seed in range(4):
        [choice] = create(client, model, tool_choice=allowed, seed=seed, max_tokens=80).choices
        calls = choice.message.tool_calls or []
        assert all(call.function.name == "clock" for call in calls)
        assert calls or mode == "auto"


def test_one_call_at_a_time(client, model):
    for seed in range(6):
        [choice] = create(client, model, tool_choice="required", parallel_tool_calls=False, seed=seed).choices
        assert len(choice.message.tool_calls) == 1


def test_a_function_without_parameters(client, model):
    [choice] = create(
        client, model, tools=[BARE], tool_choice="required", parallel_tool_calls=False, max_tokens=200
    ).choices
    [call] = choice.message.tool_calls
    assert call.function.name == "ping"
    if choice.finish_reason == "tool_calls":
        assert isinstance(json.loads(call.function.arguments), dict)


@pytest.mark.parametrize("tool_choice", ["required", NAMED, "auto", "none"])
def test_pieces_make_the_whole(client, model, tool_choice):
    for seed in range(3):
        fields = {"tool_choice": tool_choice, "seed": seed, "max_tokens": 120}
        [whole] = create(client, model, **fields).choices
        text, calls, finish = gathered(list(create(client, model, stream=True, **fields)))
        told = [(call.function.name, call.function.arguments) for call in whole.message.tool_calls or []]
        assert [(call["name"], call["arguments"]) for call in calls] == told
        assert (text, finish) == (whole.message.content or "", whole.finish_reason)
        assert len({call["id"] for call in calls}) == len(calls)


def test_choices_have_calls_of_their_own(client, model):
    fields = {"tool_choice": "required", "n": 3, "seed": 4}
    answer = create(client, model, **fields)
    ids = [call.id for choice in answer.choices for call in choice.message.tool_calls]
    assert len(set(ids)) == len(ids)
    chunks = list(create(client, model, stream=True, **fields))
    for choice in answer.choices:
        _, calls, finish = gathered(chunks, choice.index)
        assert finish == choice.finish_reason
        assert [call["arguments"] for call in calls] == [call.function.arguments for call in choice.message.tool_calls]


def test_round_trip(client, model):
    """The answer goes back as it came, with the results of its calls."""
    messages = user("What is the weather in Paris?")
    first = create(client, model, messages, tool_choice="required", seed=1).choices[0].message
    messages = [*messages, first.model_dump(exclude_none=True)]
    for call in first.tool_calls:
        messages.append({"role": "tool", "tool_call_id": call.id, "content": '{"sun": true}'})
    answer = create(client, model, messages, max_tokens=30)
    assert answer.choices[0].finish_reason
    assert answer.usage.prompt_tokens > create(client, model, messages[:1], max_tokens=1).usage.prompt_tokens
    parts = [{"type": "text", "text": '{"sun": true}'}]
    messages[-1] = {**messages[-1], "content": parts}
    assert create(client, model, messages, max_tokens=1).usage.prompt_tokens == answer.usage.prompt_tokens


class Unit(str, Enum):
    celsius = "celsius"
    fahrenheit = "fahrenheit"


class Forecast(BaseModel):
    """The weather of the next days."""

    city: str = Field(max_length=8)
    days: int = Field(ge=1, le=9)
    unit: Unit | None


def test_parse_makes_objects_of_arguments(client, model):
    forecast = openai.pydantic_function_tool(Forecast)
    for seed in range(3):
        answer = client.chat.completions.parse(
            model=model, messages=user("Weather?"), tools=[forecast], tool_choice="required", seed=seed, **HOT
        )
        for call in answer.choices[0].message.tool_calls:
            assert call.function.name == "Forecast"
            assert isinstance(call.function.parsed_arguments, Forecast)


def test_stream_helper(client, model):
    with client.chat.completions.stream(
        model=model,
        messages=user("Weather?"),
        tools=[openai.pydantic_function_tool(Forecast)],
        tool_choice="required",
        parallel_tool_calls=False,
        seed=3,
        **HOT,
    ) as events:
        seen = list(events)
        [call] = events.get_final_completion().choices[0].message.tool_calls
    [done] = [event for event in seen if event.type == "tool_calls.function.arguments.done"]
    deltas = [event for event in seen if event.type == "tool_calls.function.arguments.delta"]
    assert isinstance(call.function.parsed_arguments, Forecast)
    assert (done.name, done.arguments) == ("Forecast", call.function.arguments)
    assert "".join(event.arguments_delta for event in deltas) == done.arguments


def test_tools_and_a_form_for_the_text(client, model):
    """What is no call has the form."""
    form = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"enum": ["yes", "no"]}}}
    [choice] = create(client, model, tool_choice="none", response_format=form).choices
    assert json.loads(choice.message.content) in ("yes", "no")


def test_the_older_fields(client, model):
    functions = [tool["function"] for tool in TOOLS]
    fields = {"tools": openai.NOT_GIVEN, "functions": functions, "function_call": {"name": "clock"}, "seed": 2}
    [choice] = create(client, model, **fields).choices
    assert choice.message.tool_calls is None
    assert choice.message.function_call.name == "clock"
    check(choice.message.function_call)
    assert choice.finish_reason in ("function_call", "stop")
    chunks = [chunk.choices[0] for chunk in create(client, model, stream=True, **fields)]
    calls = [choice.delta.function_call for choice in chunks if choice.delta.function_call]
    assert calls[0].name == "clock"
    assert "".join(call.arguments or "" for call in calls) == choice.message.function_call.arguments
    messages = [
        *user("Time?"),
        {"role": "assistant", "content": None, "function_call": choice.message.function_call.model_dump()},
        {"role": "function", "name": "clock", "content": "noon"},
    ]
    assert create(client, model, messages, **{**fields, "function_call": "none"}, max_tokens=10).choices
    assert create(client, model, **{**fields, "function_call": "none"}).choices[0].message.function_call is None


@pytest.mark.parametrize(
    "fields, param",
    [
        ({"tool_choice": {"type": "function", "function": {"name": "nowhere"}}}, "tool_choice"),
        ({"tool_choice": "sometimes"}, "tool_choice"),
        ({"tools": openai.NOT_GIVEN, "tool_choice": "required"}, "tool_choice"),
        ({"tools": openai.NOT_GIVEN, "tool_choice": "auto"}, "tool_choice"),
        ({"tools": [], "tool_choice": "required"}, "tool_choice"),
        ({"tools": [{"type": "function"}]}, "tools"),
        ({"tools": [{"type": "magic", "magic": {}}]}, "tools"),
        ({"tools": [tool("a name", {})]}, "tools"),
        ({"tools": [tool("", {})]}, "tools"),
        ({"tools": [tool("x", {"a": {"type": "nonsense"}})], "tool_choice": "required"}, "tools[0].function.parameters"),
        ({"tools": [tool("x", {"a": {"type": "nonsense"}})]}, "tools[0].function.parameters"),
        ({"messages": [{"role": "tool", "content": "?"}]}, "messages"),
        ({"messages": [{"role": "tool", "content": "?", "tool_call_id": "a"}]}, "messages[0].role"),
        ({"messages": [{"role": "assistant"}]}, "messages[0].content"),
    ],
)
def test_bad_requests(client, model, fields, param):
    with pytest.raises(BadRequestError) as caught:
        create(client, model, **fields)
    assert caught.value.param.startswith(param)


NOTE = {"type": "custom", "custom": {"name": "note", "description": "Writes a note.", "format": {"type": "text"}}}


def test_a_custom_tool_takes_text(client, model):
    fields = {"tools": [NOTE, CLOCK], "tool_choice": {"type": "custom", "custom": {"name": "note"}}}
    answer = create(client, model, user("Write a note"), **fields)
    (call,) = answer.choices[0].message.tool_calls
    assert (call.type, call.custom.name) == ("custom", "note")
    pieces = [
        piece
        for chunk in create(client, model, user("Write a note"), stream=True, **fields)
        for choice in chunk.choices
        for piece in choice.delta.tool_calls or []
    ]
    assert (pieces[0].type, pieces[0].custom["name"]) == ("custom", "note")
    assert all(piece.function is None and isinstance(piece.custom["input"], str) for piece in pieces)
    with client.chat.completions.stream(model=model, messages=user("Write a note"), **{**HOT, **fields}) as stream:
        list(stream)
    said = answer.choices[0].message.model_dump(exclude_none=True)
    result = {"role": "tool", "tool_call_id": call.id, "content": "written"}
    more = create(client, model, [*user("Write a note"), said, result], tools=[NOTE], max_tokens=5)
    assert more.choices[0].finish_reason in ("stop", "length")
