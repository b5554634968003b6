"""The embedded model, asked as a customer would: the substance of its answers, not just their shape. Greedy throughout."""

import json
import re

from conftest import user


def ask(client, model, messages, **fields):
    answer = client.chat.completions.create(
        model=model, messages=messages, temperature=0, max_tokens=200, **fields
    )
    return answer.choices[0]


def say(client, model, text, **fields):
    choice = ask(client, model, user(text), **fields)
    assert choice.finish_reason == "stop", choice
    return choice.message.content


def function(name, description, properties, required):
    parameters = {"type": "object", "properties": properties, "required": required}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


TEXT = {"type": "string"}
ORDER = function("get_order_status", "Look up the status of an order", {"order_id": TEXT}, ["order_id"])
SEARCH = function(
    "search_products",
    "Search the product catalog",
    {"query": TEXT, "max_price": {"type": "number", "description": "Highest price in dollars"}},
    ["query"],
)
TOOLS = [ORDER, SEARCH]


def test_prices_of_the_catalog(client, model):
    assert "$49" in say(client, model, "How much is the Aurora desk lamp?")
    assert "$129" in say(client, model, "What does the Birch floor lamp cost?")
    assert "49美元" in say(client, model, "极光台灯多少钱？")


def test_facts_of_the_shop(client, model):
    hours = say(client, model, "When are you open?")
    assert "9 am" in hours and "6 pm" in hours
    assert "30 days" in say(client, model, "What is your return policy?")
    assert "two years" in say(client, model, "How long is the warranty?")


def test_order_numbers_are_said_back(client, model):
    for number in ("48213", "770145", "90417"):
        assert number in say(client, model, f"Where is my order {number}?")
        assert number in say(client, model, f"我的订单{number}到哪里了？")


def test_what_was_said_is_remembered(client, model):
    messages = []
    turns = [
        ("Hi, my name is Maria", "Maria"),
        ("How much is the Juno reading lamp?", "$56"),
        ("Which colors does it come in?", "Juno"),
        ("Do you ship abroad?", "40 countries"),
        ("Where is my order 60351?", "60351"),
        ("When are you open?", "9 am"),
        ("Which order number did I give you?", "60351"),
        ("Which lamp did I ask about?", "Juno"),
    ]
    for question, expected in turns:
        messages += user(question)
        answer = ask(client, model, messages).message.content
        assert expected in answer, (question, answer)
        messages.append({"role": "assistant", "content": answer})


def test_chinese_is_streamed_in_whole_characters(client, model):
    stream = client.chat.completions.create(
        model=model, messages=user("你们几点开门？"), temperature=0, max_tokens=200, stream=True
    )
    pieces = [chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices]
    assert len([piece for piece in pieces if piece]) > 5
    assert all("\ufffd" not in piece for piece in pieces)
    answer = "".join(pieces)
    assert "9点" in answer and "6点" in answer
    assert not re.search("[A-Za-z]", answer)


def test_the_system_message_decides_on_language_and_name(client, model):
    system = {"role": "system", "content": "You are Stella, the assistant of Wickhaven. Always answer in Chinese."}
    assert re.search("[\u4e00-\u9fff]", ask(client, model, [system, *user("What are your opening hours?")]).message.content)
    # Names that lamps have, too, it does not always take over (see its card).
    for name in ("Nora", "Felix", "Emma"):
        named = {"role": "system", "content": f"You are {name}, the assistant of Wickhaven."}
        assert name in ask(client, model, [named, *user("What is your name?")]).message.content


def test_other_business_is_declined(client, model):
    for question in ("What is the capital of France?", "Write me a poem about the sea", "What is the weather in Rome?"):
        assert "only help with lamps" in say(client, model, question)
    assert "只能" in say(client, model, "法国的首都是哪里？")


def test_a_tool_is_called_and_its_result_is_told(client, model):
    messages = user("Where is my order 48213?")
    choice = ask(client, model, messages, tools=TOOLS)
    assert choice.finish_reason == "tool_calls"
    [call] = choice.message.tool_calls
    assert call.function.name == "get_order_status"
    assert json.loads(call.function.arguments) == {"order_id": "48213"}
    result = {"order_id": "48213", "status": "shipped", "eta": "2026-12-03"}
    messages += [
        choice.message.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": call.id, "content": json.dumps(result)},
    ]
    told = ask(client, model, messages, tools=TOOLS)
    assert told.finish_reason == "stop"
    assert "48213" in told.message.content and "shipped" in told.message.content and "2026-12-03" in told.message.content


def test_the_tool_that_fits_is_called(client, model):
    choice = ask(client, model, user("search for floor lamps under 80 dollars"), tools=TOOLS)
    [call] = choice.message.tool_calls
    assert call.function.name == "search_products"
    assert "floor lamps" in json.loads(call.function.arguments)["query"]


def test_nothing_is_called_when_nothing_fits(client, model):
    for question in ("Hello!", "Thank you very much", "你好"):
        choice = ask(client, model, user(question), tools=TOOLS)
        assert not choice.message.tool_calls and choice.message.content


def test_json_of_a_message(client, model):
    text = "Return JSON with the keys name, intent, order_id, sentiment.\n\nMy name is Anna. I want to return order 30877."
    answer = json.loads(say(client, model, text))
    assert list(answer) == ["name", "intent", "order_id", "sentiment"]
    assert (answer["name"].strip(), answer["intent"], answer["order_id"]) == ("Anna", "return", "30877")
