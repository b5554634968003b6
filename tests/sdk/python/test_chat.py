"""POST /v1/chat/completions, answered as one body."""

import math

import pytest
from conftest import ENDLESS, user


def chat(client, model, messages=None, **fields):
    return client.chat.completions.create(model=model, messages=messages or user("Hello"), **fields)


def test_shape_of_an_answer(client, model):
    answer = chat(client, model, max_tokens=100)
    assert answer.id.startswith("chatcmpl-")
    assert (answer.object, answer.model) == ("chat.completion", model)
    assert answer.created > 1_600_000_000
    [choice] = answer.choices
    assert (choice.index, choice.message.role) == (0, "assistant")
    assert choice.finish_reason in ("stop", "length")
    assert choice.logprobs is None
    assert choice.message.tool_calls is None
    usage = answer.usage
    assert usage.prompt_tokens > 0
    assert 0 < usage.completion_tokens <= 100
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


def test_greedy_is_the_same_twice(client, model):
    first, second = (chat(client, model, temperature=0, max_tokens=40).choices[0].message.content for _ in range(2))
    assert first == second


def test_roles_and_parts(client, model):
    messages = [
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": [{"type": "text", "text": "Hel"}, {"type": "text", "text": "lo"}]},
        {"role": "assistant", "content": "Hello! How can I help you?"},
        {"role": "user", "content": "你好"},
    ]
    assert chat(client, model, messages, max_tokens=20).usage.prompt_tokens > 20
    messages[0]["role"] = "developer"
    assert chat(client, model, messages, max_tokens=20).choices[0].message.role == "assistant"


def test_parts_are_the_same_prompt_as_their_text(client, model):
    parts = [{"role": "user", "content": [{"type": "text", "text": "Hello there"}]}]
    as_parts = chat(client, model, parts, temperature=0, max_tokens=20)
    as_text = chat(client, model, user("Hello there"), temperature=0, max_tokens=20)
    assert as_parts.usage.prompt_tokens == as_text.usage.prompt_tokens
    assert as_parts.choices[0].message.content == as_text.choices[0].message.content


@pytest.mark.parametrize("field", ["max_tokens", "max_completion_tokens"])
def test_token_limit_ends_with_length(client, model, field):
    answer = chat(client, model, extra_body=ENDLESS, **{field: 7})
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens == 7


def test_n_choices(client, model):
    answer = chat(client, model, n=4, temperature=2.0, max_tokens=12, extra_body=ENDLESS)
    assert [choice.index for choice in answer.choices] == [0, 1, 2, 3]
    assert len({choice.message.content for choice in answer.choices}) > 1, "four hot samples are all the same"
    assert answer.usage.completion_tokens == 48
    alone = chat(client, model, max_tokens=1)
    assert answer.usage.prompt_tokens == alone.usage.prompt_tokens, "the prompt counts once"


def test_a_seed_decides_the_answer(client, model):
    def sample(seed):
        answer = chat(client, model, seed=seed, temperature=2.0, max_tokens=24, extra_body=ENDLESS)
        return answer.choices[0].message.content

    assert sample(7) == sample(7)
    assert len({sample(seed) for seed in range(6)}) > 1


def test_stop_string_cuts_the_answer(client, model):
    full = chat(client, model, temperature=0, max_tokens=60)
    text = full.choices[0].message.content
    assert len(text) > 8, f"the model says too little to test stops: {text!r}"
    stop = text[4:7]
    cut = chat(client, model, temperature=0, max_tokens=60, stop=stop)
    assert cut.choices[0].message.content == text[: text.index(stop)]
    assert cut.choices[0].finish_reason == "stop"
    listed = chat(client, model, temperature=0, max_tokens=60, stop=["never in there \u2603", stop])
    assert listed.choices[0].message.content == text[: text.index(stop)]


def test_logprobs(client, model):
    answer = chat(client, model, temperature=0, max_tokens=12, logprobs=True, top_logprobs=5)
    choice = answer.choices[0]
    entries = choice.logprobs.content
    assert entries
    # The end token is counted, but is no text.
    assert answer.usage.completion_tokens - 1 <= len(entries) <= answer.usage.completion_tokens
    for entry in entries:
        assert -100 < entry.logprob <= 0
        assert len(entry.top_logprobs) == 5
        values = [top.logprob for top in entry.top_logprobs]
        assert values == sorted(values, reverse=True)
        assert math.isclose(values[0], entry.logprob, abs_tol=1e-4), "a greedy token is the most likely one"
        assert sum(math.exp(value) for value in values) <= 1.001
    told = b"".join(bytes(entry.bytes) for entry in entries).decode()
    assert told.startswith(choice.message.content)


def test_logprobs_without_alternatives(client, model):
    answer = chat(client, model, max_tokens=3, logprobs=True, extra_body=ENDLESS)
    assert [entry.top_logprobs for entry in answer.choices[0].logprobs.content] == [[], [], []]


def test_logit_bias_forces_a_token(client, model, raw):
    token = raw.post("/tokenize", json={"model": model, "prompt": "lamp"}).json()["tokens"][0]
    answer = chat(client, model, temperature=0, max_tokens=3, logit_bias={str(token): 100}, extra_body=ENDLESS)
    text = raw.post("/detokenize", json={"model": model, "tokens": [token] * 3}).json()["prompt"]
    assert answer.choices[0].message.content == text


def test_penalties_change_a_greedy_answer(client, model):
    plain = chat(client, model, temperature=0, max_tokens=60, extra_body=ENDLESS)
    pushed = chat(
        client, model, temperature=0, max_tokens=60, frequency_penalty=2, presence_penalty=2, extra_body=ENDLESS
    )
    assert plain.choices[0].message.content != pushed.choices[0].message.content


def test_fields_that_change_nothing_are_accepted(client, model):
    answer = chat(
        client,
        model,
        temperature=0,
        max_tokens=20,
        user="someone",
        metadata={"a": "b"},
        store=False,
        service_tier="auto",
        prediction={"type": "content", "content": "Hello"},
    )
    assert (
        answer.choices[0].message.content
        == chat(client, model, temperature=0, max_tokens=20).choices[0].message.content
    )


def test_a_prediction_is_counted_and_changes_no_answer(client, model):
    def ask(**fields):
        return client.chat.completions.create(
            model=model, messages=user("What is your return policy?"), temperature=0, max_tokens=60, **fields
        )

    plain = ask()
    text = plain.choices[0].message.content
    none = plain.usage.completion_tokens_details
    assert (none.accepted_prediction_tokens, none.rejected_prediction_tokens) == (0, 0)
    for content in (text, [{"type": "text", "text": text[:20]}, {"type": "text", "text": text[20:]}]):
        predicted = ask(prediction={"type": "content", "content": content})
        assert predicted.choices[0].message.content == text
        assert predicted.usage.completion_tokens == plain.usage.completion_tokens
        # Other models' answers need not be the same tokens when they are read again.
        least = 4 if model == "sconce-demo" else 0
        assert predicted.usage.completion_tokens_details.accepted_prediction_tokens >= least
    wrong = ask(prediction={"type": "content", "content": "Quite another thing than what was asked for, and more of it."})
    assert wrong.choices[0].message.content == text


def test_extras_of_vllm(client, model):
    extras = {
        "top_k": 5,
        "min_p": 0.05,
        "repetition_penalty": 1.1,
        "min_tokens": 4,
        "ignore_eos": True,
        "priority": 0,
        "cache_salt": "a",
        "include_stop_str_in_output": True,
        "skip_special_tokens": True,
    }
    assert chat(client, model, max_tokens=6, extra_body=extras).usage.completion_tokens == 6


def test_the_demo_model_answers(client, model):
    if model != "sconce-demo":
        pytest.skip("knows only what the embedded model was taught")
    text = chat(client, model, user("Where is my order 48213?"), temperature=0, max_tokens=100).choices[0]
    assert "48213" in text.message.content
    assert text.finish_reason == "stop"
    text = chat(client, model, user("你好"), temperature=0, max_tokens=100).choices[0]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in text.message.content)
