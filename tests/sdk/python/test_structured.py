"""Answers of a given form: `response_format`, `parse()`, the helpers of the SDK, and vLLM's fields for other forms. The
schemas bound every string and list, so that an answer of whatever model ends."""

import asyncio
import enum
import json
import re
from typing import Literal, Union

import openai
import pytest
from conftest import user
from openai import AsyncOpenAI, BadRequestError
from pydantic import BaseModel, Field

SEEDS = range(4)
HOT = {"temperature": 1.0, "max_tokens": 1500}


class Colour(enum.Enum):
    red = "red"
    green = "green"


class Point(BaseModel):
    x: int = Field(ge=-99, le=99)
    y: int = Field(ge=-99, le=99)


class Shape(BaseModel):
    name: str = Field(max_length=12)
    colour: Colour
    centre: Point
    corners: list[Point] = Field(max_length=3)
    filled: bool
    label: str | None = Field(max_length=8)


class Circle(BaseModel):
    kind: Literal["circle"]
    radius: int = Field(ge=0, le=999)


class Square(BaseModel):
    kind: Literal["square"]
    side: int = Field(ge=0, le=999)


class Drawing(BaseModel):
    parts: list[Union[Circle, Square]] = Field(min_length=1, max_length=3)
    scale: Literal[1, 2, 4]


class Tree(BaseModel):
    """Refers to itself."""

    leaf: bool
    children: list["Tree"] = Field(max_length=1)


def json_schema(schema, **fields):
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, **fields}}


SMALL = {
    "type": "object",
    "properties": {"ok": {"type": "boolean"}, "level": {"enum": ["low", "high"]}},
    "required": ["ok", "level"],
    "additionalProperties": False,
}


def create(client, model, text="Describe it", **fields):
    return client.chat.completions.create(model=model, messages=user(text), **{**HOT, **fields})


@pytest.mark.parametrize("kind", [Point, Shape, Drawing])
@pytest.mark.parametrize("seed", SEEDS)
def test_parse(client, model, kind, seed):
    answer = client.chat.completions.parse(
        model=model, messages=user("Draw"), response_format=kind, seed=seed, **HOT
    )
    [choice] = answer.choices
    assert choice.finish_reason == "stop"
    assert isinstance(choice.message.parsed, kind)
    assert kind.model_validate_json(choice.message.content) == choice.message.parsed
    assert choice.message.refusal is None


def test_parse_a_schema_that_refers_to_itself(client, model):
    finishes = set()
    for seed in range(6):
        answer = create(client, model, seed=seed, response_format=json_schema(Tree.model_json_schema()))
        finishes.add(answer.choices[0].finish_reason)
        if answer.choices[0].finish_reason == "stop":
            Tree.model_validate_json(answer.choices[0].message.content)
    assert "stop" in finishes


@pytest.mark.parametrize("strict", [True, False, None])
def test_json_schema_strict_or_not(client, model, strict):
    for seed in SEEDS:
        answer = create(client, model, seed=seed, response_format=json_schema(SMALL, strict=strict))
        told = json.loads(answer.choices[0].message.content)
        assert set(told) == {"ok", "level"} and isinstance(told["ok"], bool) and told["level"] in ("low", "high")
        assert answer.choices[0].finish_reason == "stop"


def test_optional_properties(client, model):
    schema = {"type": "object", "properties": {"a": {"const": 1}, "b": {"const": 2}}, "additionalProperties": False}
    answers = [create(client, model, seed=seed, response_format=json_schema(schema)) for seed in range(6)]
    told = [json.loads(answer.choices[0].message.content) for answer in answers]
    assert all(answer in ({}, {"a": 1}, {"b": 2}, {"a": 1, "b": 2}) for answer in told)


def test_json_object(client, model):
    for seed in SEEDS:
        answer = create(client, model, seed=seed, response_format={"type": "json_object"})
        text = answer.choices[0].message.content
        if answer.choices[0].finish_reason == "stop":
            assert isinstance(json.loads(text), dict)
        else:
            assert text.lstrip().startswith("{")


def test_text_is_no_restriction(client, model):
    plain = create(client, model, temperature=0, max_tokens=20).choices[0].message.content
    asked = create(client, model, temperature=0, max_tokens=20, response_format={"type": "text"})
    assert asked.choices[0].message.content == plain


def test_pieces_make_the_whole(client, model):
    fields = {"response_format": json_schema(SMALL, strict=True), "seed": 5}
    whole = create(client, model, **fields).choices[0]
    chunks = list(create(client, model, stream=True, **fields))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole.message.content
    assert chunks[-1].choices[0].finish_reason == whole.finish_reason == "stop"


def test_stream_helper_parses(client, model):
    with client.chat.completions.stream(
        model=model, messages=user("Draw"), response_format=Shape, seed=2, **HOT
    ) as events:
        seen = list(events)
        final = events.get_final_completion()
    shape = final.choices[0].message.parsed
    assert isinstance(shape, Shape)
    [done] = [event for event in seen if event.type == "content.done"]
    assert done.parsed == shape and done.content == final.choices[0].message.content
    deltas = [event for event in seen if event.type == "content.delta"]
    assert "".join(event.delta for event in deltas) == done.content
    assert any(isinstance(event.parsed, dict) for event in deltas), "pieces are parsed on the way"


def test_what_is_cut_off_says_so(client, model):
    answer = create(client, model, max_tokens=3, response_format=json_schema(SMALL))
    assert answer.choices[0].finish_reason == "length"
    with pytest.raises(openai.LengthFinishReasonError):
        client.chat.completions.parse(model=model, messages=user("Draw"), response_format=Shape, max_tokens=3)


def test_choices_logprobs_and_a_prompt_twice(client, model):
    fields = {"response_format": json_schema(SMALL), "n": 3, "seed": 9, "temperature": 1.5, "logprobs": True, "top_logprobs": 2}
    first, second = (create(client, model, **fields) for _ in range(2))
    for choice, again in zip(first.choices, second.choices, strict=True):
        assert set(json.loads(choice.message.content)) == {"ok", "level"}
        assert choice.message.content == again.message.content
        told = b"".join(bytes(entry.bytes) for entry in choice.logprobs.content).decode()
        assert told.startswith(choice.message.content)
    assert len({choice.message.content for choice in first.choices}) > 1


def test_stop_string_in_a_restricted_answer(client, model):
    answer = create(client, model, response_format=json_schema(SMALL), stop=['"level"'])
    text = answer.choices[0].message.content
    assert '"level"' not in text and text.startswith("{")
    assert answer.choices[0].finish_reason == "stop"


def test_neighbours_are_not_restricted(url, model):
    """Restricted and free answers in one batch are what they are alone."""

    async def run():
        async with AsyncOpenAI(base_url=f"{url}/v1", api_key="unused", max_retries=0, timeout=300) as client:

            async def ask(number):
                formed = {"response_format": json_schema(SMALL)} if number % 2 else {}
                answer = await client.chat.completions.create(
                    model=model, messages=user(f"Number {number}"), seed=number, temperature=1, max_tokens=200, **formed
                )
                return answer.choices[0].message.content

            together = await asyncio.gather(*(ask(number) for number in range(32)))
            assert all("level" in json.loads(text) for text in together[1::2])
            for number in (0, 1, 14, 15):
                assert together[number] == await ask(number)

            parsed = await asyncio.gather(
                *(
                    client.chat.completions.parse(
                        model=model, messages=user("Draw"), response_format=Drawing, seed=seed, **HOT
                    )
                    for seed in range(16)
                )
            )
            assert all(answer.choices[0].message.parsed.parts for answer in parsed)

    asyncio.run(run())


LARK = 'start: greeting " " NAME\ngreeting: "hello" | "bye"\nNAME: /[a-z]{2,5}/\n'
GBNF = 'root ::= greeting " " name\ngreeting ::= "hello" | "bye"\nname ::= [a-z] [a-z] [a-z]\n'
FORMS = [
    ({"json": SMALL}, "guided_json", lambda text: set(json.loads(text)) == {"ok", "level"}),
    ({"regex": "[ab]{3}-[0-9]{4}"}, "guided_regex", lambda text: re.fullmatch("[ab]{3}-[0-9]{4}", text)),
    ({"choice": ["positive", "negative"]}, "guided_choice", lambda text: text in ("positive", "negative")),
    ({"grammar": LARK}, "guided_grammar", lambda text: re.fullmatch("(hello|bye) [a-z]{2,5}", text)),
    ({"grammar": GBNF}, "guided_grammar", lambda text: re.fullmatch("(hello|bye) [a-z]{3}", text)),
]


@pytest.mark.parametrize("form, older, fits", FORMS)
def test_forms_of_vllm(client, model, form, older, fits):
    [value] = form.values()
    for seed in SEEDS:
        for extra in ({"structured_outputs": form}, {older: value}):
            answer = create(client, model, seed=seed, extra_body=extra)
            assert fits(answer.choices[0].message.content), answer.choices[0].message.content
            assert answer.choices[0].finish_reason == "stop"
        text = client.completions.create(
            model=model, prompt="It is", seed=seed, extra_body={"structured_outputs": form}, **HOT
        )
        assert fits(text.choices[0].text)


def test_json_schema_as_text(client, model):
    answer = create(client, model, extra_body={"guided_json": json.dumps(SMALL)})
    assert set(json.loads(answer.choices[0].message.content)) == {"ok", "level"}


@pytest.mark.parametrize(
    "fields, param",
    [
        ({"response_format": {"type": "yaml"}}, "response_format"),
        ({"response_format": {"type": "json_schema"}}, "response_format"),
        ({"response_format": json_schema({"type": "nonsense"})}, "response_format"),
        ({"response_format": json_schema({"$ref": "#/$defs/nowhere"})}, "response_format"),
        ({"response_format": json_schema({"type": "string", "pattern": "("})}, "response_format"),
        ({"response_format": json_schema({"type": "string", "minLength": 3, "maxLength": 2})}, "response_format"),
        ({"extra_body": {"guided_regex": "("}}, "guided_regex"),
        ({"extra_body": {"guided_choice": []}}, "guided_choice"),
        ({"extra_body": {"guided_grammar": "start: nowhere"}}, "guided_grammar"),
        ({"extra_body": {"structured_outputs": {"regex": "("}}}, "structured_outputs"),
        ({"extra_body": {"structured_outputs": {"regex": "a", "choice": ["b"]}}}, "structured_outputs"),
        ({"extra_body": {"guided_regex": "a", "guided_choice": ["b"]}}, "guided_"),
        ({"extra_body": {"guided_regex": "a"}, "response_format": {"type": "json_object"}}, "guided_regex"),
    ],
)
def test_what_cannot_be_held_is_refused(client, model, fields, param):
    """Never an answer of some other form."""
    for stream in (False, True):
        with pytest.raises(BadRequestError) as caught:
            create(client, model, stream=stream, **fields)
        assert caught.value.param.startswith(param)
        assert caught.value.type == "invalid_request_error"
