"""What evaluation harnesses need: log-probabilities of the prompt, the best of several answers, token ids."""

import math

import pytest
from conftest import ENDLESS
from openai import BadRequestError

TEXT = "Once upon a time there was a lamp."


def complete(client, model, prompt=TEXT, **fields):
    return client.completions.create(model=model, prompt=prompt, **{"temperature": 0, **fields})


def close(a, b):
    return math.isclose(a, b, abs_tol=1e-3)


@pytest.fixture(scope="module")
def ids(raw, model):
    return raw.post("/tokenize", json={"model": model, "prompt": TEXT}).json()["tokens"]


def test_a_prompt_is_scored(client, model, ids):
    answer = complete(client, model, echo=True, max_tokens=0, logprobs=2)
    [choice] = answer.choices
    told = choice.logprobs
    assert choice.text == "".join(told.tokens) == TEXT
    assert len(told.tokens) == len(ids) == answer.usage.prompt_tokens
    assert told.token_logprobs[0] is None and told.top_logprobs[0] is None
    assert all(value <= 0 for value in told.token_logprobs[1:])
    for token, value, top in list(zip(told.tokens, told.token_logprobs, told.top_logprobs, strict=True))[1:]:
        assert len(top) >= 2 and close(top[token], value)
    assert told.text_offset == [len("".join(told.tokens[:count])) for count in range(len(ids))]
    assert (answer.usage.completion_tokens, choice.finish_reason) == (0, "length")


def test_ids_and_lists_are_scored_the_same(client, model, ids):
    whole = complete(client, model, echo=True, max_tokens=0, logprobs=1).choices[0]
    for prompt in (ids, [ids], [TEXT, TEXT]):
        for choice in complete(client, model, prompt, echo=True, max_tokens=0, logprobs=1).choices:
            assert choice.logprobs == whole.logprobs


def test_prompt_and_answer_in_one(client, model, ids):
    prompt = complete(client, model, echo=True, max_tokens=0, logprobs=1).choices[0].logprobs
    answer = complete(client, model, max_tokens=6, logprobs=1, extra_body=ENDLESS).choices[0]
    both = complete(client, model, echo=True, max_tokens=6, logprobs=1, extra_body=ENDLESS).choices[0]
    assert both.text == TEXT + answer.text
    assert both.logprobs.tokens == prompt.tokens + answer.logprobs.tokens
    assert both.logprobs.token_logprobs[: len(ids)] == prompt.token_logprobs
    assert both.logprobs.token_logprobs[len(ids) :] == answer.logprobs.token_logprobs


def test_an_answer_scores_the_same_as_a_prompt(client, model, ids):
    """The distribution a token was drawn from is the one it is scored by."""
    answer = complete(client, model, max_tokens=6, logprobs=1, extra_body={"return_token_ids": True, **ENDLESS})
    sampled = answer.choices[0].token_ids
    scored = complete(client, model, ids + sampled, echo=True, max_tokens=0, logprobs=1).choices[0].logprobs
    assert scored.token_logprobs[len(ids) :] == answer.choices[0].logprobs.token_logprobs


def test_streamed(client, model):
    fields = {"echo": True, "max_tokens": 5, "logprobs": 1, "extra_body": ENDLESS}
    whole = complete(client, model, **fields).choices[0]
    pieces = [chunk.choices[0] for chunk in complete(client, model, stream=True, **fields)]
    assert "".join(piece.text for piece in pieces) == whole.text
    told = [piece.logprobs for piece in pieces if piece.logprobs]
    assert [token for part in told for token in part.tokens] == whole.logprobs.tokens
    assert [value for part in told for value in part.token_logprobs] == whole.logprobs.token_logprobs


def test_prompt_logprobs_of_vllm(client, model, ids):
    extra = {"prompt_logprobs": 2}
    first, *rest = complete(client, model, max_tokens=1, extra_body=extra).choices[0].prompt_logprobs
    scored = complete(client, model, echo=True, max_tokens=0, logprobs=1).choices[0].logprobs
    assert first is None and len(rest) == len(ids) - 1
    for token, entry, value in zip(ids[1:], rest, scored.token_logprobs[1:], strict=True):
        assert 2 <= len(entry) <= 3
        own = entry[str(token)]
        assert own["logprob"] == value and own["rank"] >= 1 and isinstance(own["decoded_token"], str)
        assert {1, 2} <= {top["rank"] for top in entry.values()}


def test_chat_has_them_for_its_rendered_prompt(client, model):
    fields = {"model": model, "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 1, "temperature": 0}
    extra = {"prompt_logprobs": 1, "return_token_ids": True}
    answer = client.chat.completions.create(**fields, extra_body=extra)
    first, *rest = answer.prompt_logprobs
    assert first is None and len(rest) == answer.usage.prompt_tokens - 1
    assert all(str(token) in told for token, told in zip(answer.prompt_token_ids[1:], rest, strict=True))
    listed = complete(client, model, answer.prompt_token_ids, max_tokens=1, extra_body={"prompt_logprobs": 1})
    assert listed.choices[0].prompt_logprobs == answer.prompt_logprobs


def test_timings_when_asked_for(client, model):
    extra = {"timings_per_token": True, **ENDLESS}
    answer = complete(client, model, max_tokens=6, extra_body=extra)
    told = answer.timings
    assert told["predicted_n"] == 6 and told["predicted_ms"] > 0
    assert told["prompt_n"] + told["cache_n"] == answer.usage.prompt_tokens
    assert close(told["predicted_per_second"] * told["predicted_ms"] / 1000, 6)
    *others, last = complete(client, model, max_tokens=6, stream=True, extra_body=extra)
    assert last.timings["predicted_n"] == 6
    assert not any(hasattr(chunk, "timings") for chunk in others)
    assert not hasattr(complete(client, model, max_tokens=6), "timings")


def test_the_best_of_several(client, model):
    fields = {"temperature": 1.5, "seed": 3, "max_tokens": 8, "logprobs": 0, "extra_body": ENDLESS}
    everyone = complete(client, model, n=4, **fields)
    best = complete(client, model, best_of=4, **fields)

    def score(choice):
        return sum(choice.logprobs.token_logprobs)

    assert best.choices[0].text == max(everyone.choices, key=score).text
    assert len(best.choices) == 1 and best.usage.completion_tokens == everyone.usage.completion_tokens == 32
    two = complete(client, model, n=2, best_of=4, **fields)
    assert [score(choice) for choice in two.choices] == sorted(map(score, everyone.choices), reverse=True)[:2]


@pytest.mark.parametrize(
    "fields, param",
    [
        ({"best_of": 1, "n": 2}, "best_of"),
        ({"best_of": 2, "stream": True}, "best_of"),
        ({"suffix": "the end"}, "suffix"),
        ({"logprobs": 1000}, "logprobs"),
        ({"extra_body": {"prompt_logprobs": -1}}, "prompt_logprobs"),
        ({"extra_body": {"prompt_logprobs": 1000}}, "prompt_logprobs"),
        ({"max_tokens": 0, "extra_body": {"min_tokens": 3}}, "m"),
    ],
)
def test_bad_requests(client, model, fields, param):
    with pytest.raises(BadRequestError) as caught:
        complete(client, model, **fields)
    assert caught.value.param.startswith(param)
