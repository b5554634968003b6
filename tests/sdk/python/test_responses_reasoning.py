"""Reasoning in the Responses API, against a server whose template opens a block of it: SCONCE_THINKING_URL."""

import pytest
from test_reasoning import URL, thinker  # noqa: F401

pytestmark = pytest.mark.skipif(not URL, reason="SCONCE_THINKING_URL names no server")


def create(thinker, model, **fields):  # noqa: F811
    fields = {"input": "Hello", "temperature": 0, "max_output_tokens": 200, **fields}
    return thinker.responses.create(model=model, **fields)


def test_an_item_of_its_own(thinker, model):  # noqa: F811
    answer = create(thinker, model)
    assert answer.output[0].type == "reasoning"
    assert answer.output[0].content[0].text
    assert answer.usage.output_tokens_details.reasoning_tokens > 0


def test_streamed(thinker, model):  # noqa: F811
    whole = create(thinker, model)
    events = list(create(thinker, model, stream=True))
    thought = "".join(event.delta for event in events if event.type == "response.reasoning_text.delta")
    assert thought == whole.output[0].content[0].text
    assert events[-1].response.output_text == whole.output_text


def test_effort_none(thinker, model):  # noqa: F811
    answer = create(thinker, model, reasoning={"effort": "none"})
    assert [item.type for item in answer.output] == ["message"]
    assert answer.reasoning.effort == "none"


def test_goes_back_with_the_rest(thinker, model):  # noqa: F811
    first = create(thinker, model)
    said = [item.model_dump(exclude_none=True) for item in first.output]
    talk = [{"role": "user", "content": "Hello"}, *said, {"role": "user", "content": "And now?"}]
    assert thinker.responses.create(model=model, input=talk, max_output_tokens=20).output


def test_as_a_summary(thinker, model):  # noqa: F811
    plain = create(thinker, model).output[0].content[0].text
    asked = {"reasoning": {"summary": "auto"}, "include": ["reasoning.encrypted_content"], "store": False}
    with thinker.responses.stream(model=model, input="Hello", temperature=0, max_output_tokens=200, **asked) as stream:
        told = "".join(event.delta for event in stream if event.type == "response.reasoning_summary_text.delta")
        item = stream.get_final_response().output[0]
    assert told == item.summary[0].text == plain
    assert not item.content
    # A client may keep the opaque part alone.
    kept = {"type": "reasoning", "id": item.id, "summary": [], "encrypted_content": item.encrypted_content}
    talk = [{"role": "user", "content": "Hello"}, kept, {"role": "assistant", "content": "Hi"}, {"role": "user", "content": "And now?"}]
    assert thinker.responses.create(model=model, input=talk, max_output_tokens=20).output
