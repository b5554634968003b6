"""Turns documents into micro-batches of fixed shapes, so that a compiled model is compiled once a shape.

Each row holds one document from its first token, as at serving time. Answers count fully as targets; of what customers and
systems write, some tokens count a little, so that the model learns the language of questions, too.
"""

import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import torch
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import Tokenizer

import data

ASSETS = Path(__file__).resolve().parent.parent / "assets"
END_OF_TEXT, IM_START, IM_END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
# Rows are padded to one of these; longer documents are left out.
LENGTHS = (96, 160, 256, 416, 1024)
# Those of the later parts: less padding (14 % instead of 24 %).
LATER_LENGTHS = (64, 96, 128, 160, 208, 256, 336, 416, 512)
MICRO_TOKENS = 4096
CHOSEN = 0.45  # part of the positions of a micro-batch whose logits are computed
OTHERS = 0.15  # weight of tokens that are not the assistant's
CHUNK = 256


class Renderer:
    """Documents to token ids with the weights of their targets, by the chat template that serves the model."""

    def __init__(self, folder):
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        environment.filters["tojson"] = _tojson
        self.template = environment.from_string((ASSETS / "chat_template.jinja").read_text())
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.end_of_text, self.im_end = (self.tokenizer.token_to_id(t) for t in (END_OF_TEXT, IM_END))
        self.header = self.encode(f"{IM_START}assistant\n")

    def encode(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def text(self, document):
        if document.messages[0]["role"] == "text":
            return document.messages[0]["content"]
        return self.template.render(messages=document.messages, tools=document.tools, add_generation_prompt=False)

    def ids(self, document):
        """Token ids, and for each whether the assistant wrote it."""
        plain = document.messages[0]["role"] == "text"
        ids = self.encode(self.text(document)) + [self.end_of_text]
        mine, answer, size = [], plain, len(self.header)
        for at, token in enumerate(ids):
            answer = answer or (at >= size and ids[at - size : at] == self.header)
            mine.append(answer)
            answer = answer and (plain or token != self.im_end)
        return ids, mine


def _tojson(value, **_):
    import json

    return json.dumps(value, ensure_ascii=False)


_renderer = None


def _start(folder):
    global _renderer
    _renderer = Renderer(folder)


def _chunk(first):
    """Documents first ... first + CHUNK, as token ids and marks of the assistant's tokens."""
    return [_renderer.ids(data.document(index)) for index in range(first, first + CHUNK)]


@dataclass
class State:
    """What a resumed run needs to go on with the same batches."""

    next_document: int = 0
    waiting: dict = field(default_factory=lambda: {length: [] for length in LENGTHS})
    used: int = 0


class Batches:
    """Micro-batches in an order that depends on the seed alone. Processes beside the training make the documents."""

    def __init__(self, folder, workers=1, state=None):
        self.state = state or State()
        self.pool = ProcessPoolExecutor(workers, initializer=_start, initargs=(folder,))
        self.ahead = [self.pool.submit(_chunk, self.state.next_document + i * CHUNK) for i in range(workers + 2)]

    def micro(self, limit):
        """The next micro-batch; documents longer than `limit` tokens are passed over."""
        while True:
            for length, rows in self.state.waiting.items():
                count = MICRO_TOKENS // length
                if len(rows) >= count:
                    batch, self.state.waiting[length] = rows[:count], rows[count:]
                    self.state.used += count
                    return tensors(batch, length, random.Random(self.state.used))
            self._fill(limit)

    def _fill(self, limit):
        documents = self.ahead.pop(0).result()
        self.ahead.append(self.pool.submit(_chunk, self.state.next_document + (len(self.ahead) + 1) * CHUNK))
        self.state.next_document += CHUNK
        for ids, mine in documents:
            fitting = [length for length in self.state.waiting if length >= len(ids) - 1]
            if fitting and len(ids) - 1 <= limit:
                self.state.waiting[fitting[0]].append((ids, mine))


def tensors(rows, length, rng):
    """ids [rows, length], chosen positions, their targets and weights."""
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    targets, answers, others = [], [], []
    for number, (row, mine) in enumerate(rows):
        ids[number, : len(row) - 1] = torch.tensor(row[:-1])
        targets += row[1:] + [0] * (length - len(row) + 1)
        first = number * length
        for at, is_mine in enumerate(mine[1:]):
            (answers if is_mine else others).append(first + at)
    count = int(CHOSEN * ids.numel())
    if len(answers) > count:
        answers = rng.sample(answers, count)
    more = rng.sample(others, min(len(others), count - len(answers)))
    spare = count - len(answers) - len(more)  # a few positions of padding, without weight
    chosen = torch.tensor(answers + more + [0] * spare)
    weights = torch.tensor([1.0] * len(answers) + [OTHERS] * len(more) + [0.0] * spare)
    return ids, chosen, torch.tensor(targets)[chosen], weights
