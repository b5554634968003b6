"""POST /v1/completions: text prompts, token prompts, echo."""

import pytest
from conftest import ENDLESS


def complete(client, model, prompt="Once upon a time", **fields):
    return client.completions.create(model=model, prompt=prompt, **{"max_tokens": 8, "temperature": 0, **fields})


def tokens(raw, model, text):
    return raw.post("/tokenize", json={"model": model, "prompt": text}).json()["tokens"]


def test_shape(client, model):
    answer = complete(client, model, extra_body=ENDLESS)
    assert answer.id.startswith("cmpl-")
    assert (answer.object, answer.model) == ("text_completion", model)
    [choice] = answer.choices
    assert (choice.index, choice.finish_reason, choice.logprobs) == (0, "length", None)
    assert answer.usage.completion_tokens == 8


def test_a_list_of_prompts(client, model):
    prompts = ["Once upon a time", "The capital of France is", "你好"]
    answer = complete(client, model, prompts)
    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    assert [choice.text for choice in answer.choices] == [complete(client, model, p).choices[0].text for p in prompts]


def test_prompts_times_choices(client, model):
    answer = complete(client, model, ["A lamp", "A cat"], n=2, temperature=2.0, extra_body=ENDLESS)
    assert [choice.index for choice in answer.choices] == [0, 1, 2, 3]
    assert answer.usage.completion_tokens == 32


def test_token_ids_are_the_same_prompt(client, model, raw):
    text = "Once upon a time"
    ids = tokens(raw, model, text)
    as_text, as_ids, as_list = (complete(client, model, prompt) for prompt in (text, ids, [ids, ids]))
    assert as_ids.choices[0].text == as_text.choices[0].text
    assert as_ids.usage.prompt_tokens == len(ids) == as_text.usage.prompt_tokens
    assert [choice.text for choice in as_list.choices] == [as_text.choices[0].text] * 2


@pytest.mark.parametrize("text", ["Once upon a time", "从前，有一盏灯"])
def test_echo(client, model, raw, text):
    plain = complete(client, model, text).choices[0].text
    assert complete(client, model, text, echo=True).choices[0].text == text + plain
    assert complete(client, model, tokens(raw, model, text), echo=True).choices[0].text == text + plain
    chunks = client.completions.create(model=model, prompt=text, echo=True, max_tokens=8, temperature=0, stream=True)
    assert "".join(chunk.choices[0].text for chunk in chunks) == text + plain


def test_logprobs(client, model):
    answer = complete(client, model, logprobs=3, extra_body=ENDLESS)
    told = answer.choices[0].logprobs
    assert len(told.tokens) == len(told.token_logprobs) == len(told.top_logprobs) == len(told.text_offset) == 8
    assert all(value <= 0 for value in told.token_logprobs)
    assert all(len(top) >= 3 for top in told.top_logprobs)
    assert told.text_offset[0] == 0
    assert told.text_offset == sorted(told.text_offset)


@pytest.mark.parametrize("max_tokens", [0, 1])
def test_echo_with_logprobs(client, model, raw, max_tokens):
    """What evaluation harnesses ask for: a score for each token of the prompt but the first."""
    ids = tokens(raw, model, "Once upon a time")
    asked = {"logprobs": 1, "echo": True, "max_tokens": max_tokens, "extra_body": ENDLESS}
    told = complete(client, model, ids, **asked).choices[0].logprobs
    assert len(told.tokens) == len(told.token_logprobs) == len(told.top_logprobs) == len(ids) + max_tokens
    assert told.token_logprobs[0] is None and told.top_logprobs[0] is None
    assert all(own <= max(top.values()) for own, top in zip(told.token_logprobs[1:], told.top_logprobs[1:]))
    assert "".join(told.tokens[: len(ids)]).strip() == "Once upon a time"


def test_stream(client, model):
    whole = complete(client, model, max_tokens=30)
    chunks = list(
        client.completions.create(
            model=model,
            prompt="Once upon a time",
            max_tokens=30,
            temperature=0,
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    *others, last = chunks
    assert "".join(chunk.choices[0].text for chunk in others) == whole.choices[0].text
    assert [c.choices[0].finish_reason for c in others if c.choices[0].finish_reason] == [
        whole.choices[0].finish_reason
    ]
    assert last.choices == [] and last.usage == whole.usage or last.usage.total_tokens == whole.usage.total_tokens


def test_stop_and_seed(client, model):
    text = complete(client, model, max_tokens=30, extra_body=ENDLESS).choices[0].text
    assert len(text) > 6
    cut = complete(client, model, max_tokens=30, stop=[text[3:6]], extra_body=ENDLESS).choices[0]
    assert cut.text == text[: text.index(text[3:6])] and cut.finish_reason == "stop"
    hot = [complete(client, model, temperature=2.0, seed=3).choices[0].text for _ in range(2)]
    assert hot[0] == hot[1]


def test_tokens_that_are_allowed_and_words_that_are_not(client, model, raw):
    allowed = sorted(set(tokens(raw, model, "yes no")))
    answer = complete(client, model, logprobs=0, extra_body={**ENDLESS, "allowed_token_ids": allowed, "return_tokens_as_token_ids": True})
    assert set(answer.choices[0].logprobs.tokens) <= {f"token_id:{token}" for token in allowed}
    plain = complete(client, model, max_tokens=24, extra_body=ENDLESS).choices[0].text
    word = next(word for word in plain.split() if word.isalpha())
    without = complete(client, model, max_tokens=24, extra_body={**ENDLESS, "bad_words": [word]}).choices[0].text
    assert word not in without.split()
