"""Makes the embedded model: tokenizer, training, assets. `python make/train.py`; same seed, same machine, same weights.

`--steps 0` writes random weights (for a first integration), `--steps N` shortens the run.
"""

import argparse
import json
import math
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

import data
import tokenizer as bpe

ASSETS = Path(__file__).resolve().parent.parent / "assets"
SEED = 20240229
VOCAB, CONTEXT = 2048, 2048
TOKENS_PER_STEP, SHORT_ROW, LONG_SHARE = 2048, 512, 0.1
STEPS, WARMUP, PEAK, FLOOR = 1900, 60, 4e-3, 0.02


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--out", type=Path, default=ASSETS)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    arguments.out.mkdir(parents=True, exist_ok=True)
    tokenizer = make_tokenizer(arguments.out)
    model = make_model(tokenizer)
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters, {len(tokenizer)} tokens", flush=True)
    if arguments.steps:
        train(model, tokenizer, arguments.steps)
    write(model, tokenizer, arguments.out)


def make_tokenizer(folder):
    rng = random.Random(SEED)
    texts = ["\n".join(m["content"] for m in data.dialogue(rng)) for _ in range(6000)]
    texts += [data.running_text(rng) for _ in range(2500)]
    texts += ["system", "developer", "user", "assistant", "tool"] * 200
    template = ASSETS / "chat_template.jinja"
    if folder != ASSETS:
        (folder / template.name).write_text(template.read_text())
    return bpe.train(texts, VOCAB, folder)


def make_model(tokenizer):
    end_of_text, im_end = (tokenizer.convert_tokens_to_ids(t) for t in (bpe.END_OF_TEXT, bpe.IM_END))
    config = LlamaConfig(
        vocab_size=VOCAB,
        hidden_size=128,
        intermediate_size=384,
        num_hidden_layers=5,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=32,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=True,
        initializer_range=0.04,
        bos_token_id=end_of_text,
        eos_token_id=im_end,
        pad_token_id=end_of_text,
    )
    model = LlamaForCausalLM(config)
    model.generation_config = GenerationConfig(
        do_sample=True,
        temperature=0.7,
        top_p=0.9,
        eos_token_id=[im_end, end_of_text],
        bos_token_id=end_of_text,
        pad_token_id=end_of_text,
    )
    return model


class Rows:
    """Packs documents into rows of one length. A row starts with the start of a document, as prompts do."""

    def __init__(self, tokenizer, rng):
        self.tokenizer, self.rng = tokenizer, rng
        self.end_of_text, self.im_end = (tokenizer.convert_tokens_to_ids(t) for t in (bpe.END_OF_TEXT, bpe.IM_END))
        self.header = tokenizer.encode(f"{bpe.IM_START}assistant\n")

    def document(self, turns):
        """Token ids and the weight of each as a target: answers count fully, what customers write a little."""
        if self.rng.random() < 0.12:
            ids = self.tokenizer.encode(data.running_text(self.rng)) + [self.end_of_text]
            return ids, [1.0] * len(ids)
        messages = data.dialogue(self.rng, turns)
        ids = self.tokenizer.encode(self.tokenizer.apply_chat_template(messages, tokenize=False)) + [self.end_of_text]
        weights, answer, size = [], False, len(self.header)
        for at, token in enumerate(ids):
            answer = answer or (at >= size and ids[at - size : at] == self.header)
            weights.append(1.0 if answer else 0.1)
            answer = answer and token != self.im_end
        return ids, weights

    def row(self, length):
        ids, weights = [], []
        while len(ids) <= length:
            # Long rows hold long conversations too, so that answers can reach far back.
            turns = self.rng.randrange(10, 50) if length > SHORT_ROW and self.rng.random() < 0.3 else None
            more = self.document(turns)
            ids += more[0]
            weights += more[1]
        return ids[: length + 1], weights[: length + 1]

    def batch(self, length):
        rows = [self.row(length) for _ in range(TOKENS_PER_STEP // length)]
        ids, weights = torch.tensor([r[0] for r in rows]), torch.tensor([r[1] for r in rows])
        return ids[:, :-1], ids[:, 1:], weights[:, 1:]


def train(model, tokenizer, steps):
    rng = random.Random(SEED + 1)
    rows = Rows(tokenizer, rng)
    matrices = [p for p in model.parameters() if p.ndim == 2]
    vectors = [p for p in model.parameters() if p.ndim < 2]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.05}, {"params": vectors, "weight_decay": 0.0}],
        lr=PEAK,
        betas=(0.9, 0.98),
    )
    model.train()
    started, seen, mean = time.monotonic(), 0, None
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = PEAK * schedule(step, steps)
        ids, targets, weights = rows.batch(CONTEXT if rng.random() < LONG_SHARE else SHORT_ROW)
        # bf16 products are nearly twice as fast here, also on one CPU thread; the weights stay f32.
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(input_ids=ids, use_cache=False).logits
        losses = F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), reduction="none")
        loss = (losses * weights.flatten()).sum() / weights.sum()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        seen += ids.numel()
        mean = loss.item() if mean is None else 0.95 * mean + 0.05 * loss.item()
        if step % 50 == 0 or step == steps - 1:
            rate = seen / (time.monotonic() - started)
            print(f"step {step:5} loss {mean:.4f} {seen:,} tokens {rate:,.0f} tokens/s", flush=True)


def schedule(step, steps):
    """Linear warm-up, then a cosine down to FLOOR."""
    if step < WARMUP:
        return (step + 1) / WARMUP
    return FLOOR + (1 - FLOOR) * 0.5 * (1 + math.cos(math.pi * (step - WARMUP) / max(1, steps - WARMUP)))


def write(model, tokenizer, folder):
    model.eval().to(torch.bfloat16).save_pretrained(folder)
    for name in ("config.json", "generation_config.json"):
        content = json.loads((folder / name).read_text())
        (folder / name).write_text(json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    main()
