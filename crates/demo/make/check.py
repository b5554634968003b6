"""Asks the model in a folder (default: the assets) a few questions with transformers, greedily, and prints the answers.

`--cases N` also draws N fresh dialogues of the generator and counts the answers that end and that are exactly right.
"""

import argparse
import random
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

import data

QUESTIONS = [
    "Hello",
    "How much is the Aurora desk lamp?",
    "你好",
    "Where is my order 48213?",
    "what colours has the koi night light",
    "I need a lamp for reading.",
    "When are you open on Sundays?",
    "锦鲤小夜灯多少钱？",
    "我的订单90417到哪里了？",
    "What is the capital of Spain?",
    "Count to 10",
    "Tell me a story",
    "Please cancel my order 771205, thank you",
    "Thanks!",
    "My name is Eleanor",
    "Which lamp do you like most?",
    "Write a haiku about the sea",
]
CONVERSATION = [
    "Hi, I'm Peter",
    "How much is the Juno reading lamp?",
    "Which colors?",
    "What is my name?",
    "Where is my order?",
    "It's 60351",
    "谢谢",
]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path(__file__).resolve().parent.parent / "assets")
    parser.add_argument("--cases", type=int, default=0)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    model = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.float32)

    def answer(messages, limit=150):
        prompt = tokenizer.apply_chat_template(
            messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        out = model.generate(**prompt, do_sample=False, temperature=None, top_p=None, max_new_tokens=limit)
        new = out[0, prompt["input_ids"].shape[1] :].tolist()
        ended = new[-1] in model.generation_config.eos_token_id
        return tokenizer.decode(new, skip_special_tokens=True), ended, len(new)

    for question in QUESTIONS:
        text, ended, count = answer([{"role": "user", "content": question}])
        print(f"> {question}\n  {text}  [{count} tokens{'' if ended else ', NOT ENDED'}]")
    messages = []
    for question in CONVERSATION:
        messages.append({"role": "user", "content": question})
        text = answer(messages)[0]
        messages.append({"role": "assistant", "content": text})
        print(f"{len(messages) // 2}> {question}\n   {text}")
    for start in ["Once upon a time", "The capital of France is", "从前"]:
        ids = tokenizer(start, return_tensors="pt")
        out = model.generate(**ids, do_sample=False, temperature=None, top_p=None, max_new_tokens=40)
        print("raw>", tokenizer.decode(out[0]))
    if arguments.cases:
        measure(answer, arguments.cases)


def measure(answer, cases):
    """Last answers of fresh dialogues: a right one is any of the generator's phrasings for the same question."""
    rng = random.Random(99)
    ended_count = exact = total = 0
    for _ in range(cases):
        customer = data.conversation(rng)
        text, ended, count = answer(customer.messages[:-1])
        exact += text in customer.right
        ended_count += ended
        total += count
    print(
        f"{cases} fresh dialogues: {ended_count} ended, {exact} as the generator answers, {total / cases:.1f} tokens each"
    )


if __name__ == "__main__":
    main()
