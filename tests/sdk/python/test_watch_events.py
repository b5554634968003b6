"""The watch on streams whose events have types: the Responses API and Anthropic's messages."""

import json

import pytest
from test_watch import found_in

TEXT = {"type": "output_text", "text": "Hi", "annotations": [], "logprobs": []}
PLACE = {"item_id": "msg_1", "output_index": 0, "content_index": 0}


def message(status, *parts):
    return {"id": "msg_1", "type": "message", "role": "assistant", "content": list(parts), "status": status}


def response(status, *output):
    counts = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}
    details = {
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 0},
    }
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1_800_000_000,
        "status": status,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "model": "m",
        "output": list(output),
        "parallel_tool_calls": True,
        "temperature": 1,
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1,
        "presence_penalty": 0,
        "frequency_penalty": 0,
        "usage": {**counts, **details} if status == "completed" else None,
    }


def response_events():
    yield "response.created", {"response": response("in_progress")}
    yield "response.in_progress", {"response": response("in_progress")}
    yield "response.output_item.added", {"output_index": 0, "item": message("in_progress")}
    yield "response.content_part.added", {**PLACE, "part": {**TEXT, "text": ""}}
    yield "response.output_text.delta", {**PLACE, "delta": "H", "logprobs": []}
    yield "response.output_text.delta", {**PLACE, "delta": "i", "logprobs": []}
    yield "response.output_text.done", {**PLACE, "text": "Hi", "logprobs": []}
    yield "response.content_part.done", {**PLACE, "part": TEXT}
    yield "response.output_item.done", {"output_index": 0, "item": message("completed", TEXT)}
    yield "response.completed", {"response": response("completed", message("completed", TEXT))}


def message_events():
    usage = {"input_tokens": 1, "output_tokens": 1}
    empty = {"id": "msg_1", "type": "message", "role": "assistant", "content": [], "model": "m"}
    yield "message_start", {"message": {**empty, "stop_reason": None, "stop_sequence": None, "usage": usage}}
    yield "content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}}
    yield "ping", {}
    yield "content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": "Hi"}}
    yield "content_block_stop", {"index": 0}
    yield "message_delta", {"delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 1}}
    yield "message_stop", {}


def framed(events, numbered):
    lines = []
    for number, (name, fields) in enumerate(events):
        sequence = {"sequence_number": number} if numbered else {}
        lines.append(f"event: {name}\ndata: {json.dumps({'type': name, **sequence, **fields})}\n\n")
    return lines


RESPONSE, MESSAGE = framed(response_events(), True), framed(message_events(), False)


def found(path, lines):
    return found_in("POST", path, {"stream": True}, "".join(lines), "text/event-stream")


def test_good_streams_are_good():
    assert not found("/v1/responses", RESPONSE)
    assert not found("/v1/messages", MESSAGE)


@pytest.mark.parametrize("missing", range(len(RESPONSE)))
def test_no_event_of_a_response_may_be_missing(missing):
    assert found("/v1/responses", RESPONSE[:missing] + RESPONSE[missing + 1 :])


@pytest.mark.parametrize("missing", [number for number in range(len(MESSAGE)) if number not in (2, 3)])
def test_no_event_of_a_message_may_be_missing(missing):
    """But the ping, and one piece of text."""
    assert found("/v1/messages", MESSAGE[:missing] + MESSAGE[missing + 1 :])


@pytest.mark.parametrize(
    "number, old, new",
    [
        (0, "in_progress", "completed"),
        (1, "resp_1", "resp_2"),
        (1, '"sequence_number": 1', '"sequence_number": 2'),
        (2, "in_progress", "completed"),
        (4, "event: response.output_text.delta", "event: other"),
        (4, "msg_1", "msg_2"),
        (5, '"delta": "i"', '"delta": "o"'),
        (6, '"text": "Hi"', '"text": "Ho"'),
        (7, '"text": "Hi"', '"text": "Ho"'),
        (8, '"text": "Hi"', '"text": "Ho"'),
        (9, '"text": "Hi"', '"text": "Ho"'),
        (9, '"error": null', '"error": {"code": "server_error", "message": "x"}'),
        (9, "response.completed", "response.finished"),
    ],
)
def test_a_bad_event_of_a_response_is_seen(number, old, new):
    lines = list(RESPONSE)
    assert old in lines[number]
    lines[number] = lines[number].replace(old, new)
    assert found("/v1/responses", lines)


@pytest.mark.parametrize("twice", [0, 1, 4, 5, 6])
def test_an_event_twice_is_seen(twice):
    assert found("/v1/messages", MESSAGE[: twice + 1] + MESSAGE[twice:])
