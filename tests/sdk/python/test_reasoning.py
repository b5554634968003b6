"""Reasoning, against a server whose template opens a block of it: SCONCE_THINKING_URL. Its model never closes the block
by itself, so most of these give it a budget, after which the end is forced."""

import json
import os

import anthropic
import pytest
from conftest import user
from openai import OpenAI

URL = os.environ.get("SCONCE_THINKING_URL", "").rstrip("/").removesuffix("/v1")
pytestmark = pytest.mark.skipif(not URL, reason="SCONCE_THINKING_URL names no server")

BUDGET = 4
# The model was not made to reason, and may have nothing to say behind it unless it must.
LONG = {"min_tokens": 16}
SMALL = {
    "type": "object",
    "properties": {"ok": {"type": "boolean"}, "level": {"enum": ["low", "high"]}},
    "required": ["ok", "level"],
    "additionalProperties": False,
}
FORM = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SMALL}}
TOOL = {"type": "function", "function": {"name": "small", "parameters": SMALL}}


@pytest.fixture(scope="module")
def thinker():
    with OpenAI(base_url=f"{URL}/v1", api_key="unused", max_retries=0, timeout=120) as opened:
        yield opened


def create(thinker, model, extra_body=None, **fields):
    extra_body = {"thinking_token_budget": BUDGET, **(extra_body or {})}
    fields = {"temperature": 0, "max_tokens": 200, **fields}
    return thinker.chat.completions.create(model=model, messages=user("Hello"), extra_body=extra_body, **fields)


def test_reasoning_and_answer(thinker, model):
    answer = create(thinker, model, LONG)
    message = answer.choices[0].message
    assert message.reasoning_content and message.reasoning == message.reasoning_content
    assert message.content is not None and "think>" not in message.content + message.reasoning
    told = answer.usage.completion_tokens_details.reasoning_tokens
    assert 0 < told <= BUDGET + 4, "the budget, and what closes the block"
    assert answer.usage.completion_tokens >= told


def test_pieces_make_the_whole(thinker, model):
    message = create(thinker, model, LONG).choices[0].message
    deltas = [chunk.choices[0].delta for chunk in create(thinker, model, LONG, stream=True)]
    thoughts = [getattr(delta, "reasoning_content", None) or "" for delta in deltas]
    texts = [delta.content or "" for delta in deltas]
    assert ("".join(thoughts), "".join(texts)) == (message.reasoning_content, message.content)
    last_thought = max(number for number, thought in enumerate(thoughts) if thought)
    assert not any(texts[:last_thought]), "reasoning comes first"


def test_the_form_is_that_of_the_answer(thinker, model):
    choice = create(thinker, model, response_format=FORM).choices[0]
    assert choice.message.reasoning_content
    assert set(json.loads(choice.message.content)) == {"ok", "level"}
    assert choice.finish_reason == "stop"


def test_calls_after_reasoning(thinker, model):
    fields = {"tools": [TOOL], "tool_choice": "required", "parallel_tool_calls": False, "seed": 1}
    choice = create(thinker, model, **fields).choices[0]
    assert choice.message.reasoning_content
    assert [set(json.loads(call.function.arguments)) for call in choice.message.tool_calls] == [{"ok", "level"}]
    assert choice.finish_reason == "tool_calls"


def test_cut_off_inside_of_it(thinker, model):
    choice = create(thinker, model, {"thinking_token_budget": 100, "ignore_eos": True}, max_tokens=8).choices[0]
    assert choice.finish_reason == "length"
    assert choice.message.reasoning_content and not choice.message.content


@pytest.mark.parametrize(
    "fields",
    [{"extra_body": {"chat_template_kwargs": {"enable_thinking": False}}}, {"reasoning_effort": "none"}],
)
def test_switched_off(thinker, model, fields):
    answer = create(thinker, model, **fields)
    message = answer.choices[0].message
    assert getattr(message, "reasoning_content", None) is None and message.content
    assert answer.usage.completion_tokens_details.reasoning_tokens == 0


def test_left_out(thinker, model):
    whole = create(thinker, model, LONG).choices[0].message
    quiet = create(thinker, model, {**LONG, "include_reasoning": False})
    message = quiet.choices[0].message
    assert getattr(message, "reasoning_content", None) is None and message.content == whole.content
    assert quiet.usage.completion_tokens_details.reasoning_tokens > 0, "it is counted all the same"


def test_what_was_thought_may_come_back(thinker, model):
    message = create(thinker, model).choices[0].message.model_dump(exclude_none=True)
    talk = [*user("Hello"), message, *user("And now?")]
    assert thinker.chat.completions.create(model=model, messages=talk, max_tokens=5).choices


def test_thinking_of_anthropic(model):
    with anthropic.Anthropic(base_url=URL, api_key="unused", max_retries=0) as claude:
        fields = {"model": model, "messages": user("Hello"), "max_tokens": 1200}
        thinking = {"type": "enabled", "budget_tokens": 1024}
        answer = claude.messages.create(**fields, thinking=thinking)
        assert answer.content[0].type == "thinking" and answer.content[0].thinking
        with claude.messages.stream(**fields, thinking=thinking) as opened:
            kinds = [event.delta.type for event in opened if event.type == "content_block_delta"]
        assert kinds[0] == "thinking_delta"
        plain = claude.messages.create(**fields)
        assert all(block.type != "thinking" for block in plain.content)
