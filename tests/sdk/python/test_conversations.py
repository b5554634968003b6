"""Conversations that the server keeps: made, read, labelled, added to, continued by responses, deleted."""

import pytest
from openai import BadRequestError, NotFoundError

COLD = {"temperature": 0, "max_output_tokens": 40}


def said(text, role="user"):
    return {"type": "message", "role": role, "content": text}


def texts(items):
    return [item.content[0].text for item in items if item.type == "message"]


def test_made_read_changed_and_deleted(client):
    made = client.conversations.create(metadata={"topic": "lamps"}, items=[said("Hello")])
    assert made.object == "conversation" and made.id.startswith("conv_") and made.metadata == {"topic": "lamps"}
    assert client.conversations.retrieve(made.id) == made
    changed = client.conversations.update(made.id, metadata={"topic": "orders"})
    assert changed.metadata == {"topic": "orders"} and changed.created_at == made.created_at
    assert texts(client.conversations.items.list(made.id)) == ["Hello"]
    gone = client.conversations.delete(made.id)
    assert gone.deleted and gone.object == "conversation.deleted"
    for call in (client.conversations.retrieve, client.conversations.delete, client.conversations.items.list):
        with pytest.raises(NotFoundError):
            call(made.id)


def test_an_empty_one(client):
    made = client.conversations.create()
    assert made.metadata == {}
    page = client.conversations.items.list(made.id)
    assert page.data == [] and not page.has_more


def test_items(client):
    made = client.conversations.create()
    words = [f"Number {number}" for number in range(5)]
    added = client.conversations.items.create(made.id, items=[said(word) for word in words[:3]])
    assert texts(added.data) == words[:3] and added.first_id == added.data[0].id
    client.conversations.items.create(made.id, items=[said(word) for word in words[3:]])
    assert texts(client.conversations.items.list(made.id, order="asc", limit=2)) == words, "the SDK follows the pages"
    assert texts(client.conversations.items.list(made.id)) == words[::-1]
    first = added.data[0]
    assert client.conversations.items.retrieve(first.id, conversation_id=made.id) == first
    left = client.conversations.items.delete(first.id, conversation_id=made.id)
    assert left.id == made.id
    assert texts(client.conversations.items.list(made.id, order="asc")) == words[1:]
    with pytest.raises(NotFoundError):
        client.conversations.items.retrieve(first.id, conversation_id=made.id)
    with pytest.raises(BadRequestError) as caught:
        client.conversations.items.create(made.id, items=[said("again")] * 21)
    assert caught.value.param == "items"


@pytest.mark.parametrize("store", [True, False])
@pytest.mark.parametrize("stream", [True, False])
def test_responses_continue_it(client, model, store, stream):
    made = client.conversations.create(items=[said("Reply in English. My name is Ada.")])

    def ask(text):
        fields = {"model": model, "input": text, "conversation": made.id, "store": store, **COLD}
        if not stream:
            return client.responses.create(**fields)
        return list(client.responses.create(**fields, stream=True))[-1].response

    first = ask("Where are your stores?")
    assert first.conversation.id == made.id
    second = ask("Thanks!")
    log = list(client.conversations.items.list(made.id, order="asc"))
    assert texts(log)[0] == "Reply in English. My name is Ada."
    assert texts(log)[1::2] == ["Where are your stores?", "Thanks!"]
    assert texts(log)[2::2] == [first.output_text, second.output_text]
    counted = client.responses.input_tokens.count(model=model, conversation=made.id, input="And?")
    assert counted.input_tokens > second.usage.input_tokens


def test_the_answer_is_that_of_the_same_items(client, model):
    items = [said("My order number is 48213."), said("What is my order number?")]
    made = client.conversations.create(items=items[:1])
    kept = client.responses.create(model=model, conversation={"id": made.id}, input=items[1:], **COLD)
    sent = client.responses.create(model=model, input=items, **COLD)
    assert kept.output_text == sent.output_text
    assert kept.usage.input_tokens == sent.usage.input_tokens


def test_what_cannot_be_continued(client, model):
    with pytest.raises(NotFoundError):
        client.responses.create(model=model, conversation="conv_0", input="Hello")
    made = client.conversations.create()
    answer = client.responses.create(model=model, input="Hello", **COLD)
    with pytest.raises(BadRequestError) as caught:
        client.responses.create(model=model, conversation=made.id, previous_response_id=answer.id, input="Hello")
    assert caught.value.code == "mutually_exclusive_parameters"
    with pytest.raises(BadRequestError) as caught:
        client.responses.create(model=model, conversation=made.id)
    assert caught.value.param == "input"
