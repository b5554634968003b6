"""Makes the embedded model: tokenizer, training, assets. `python make/train.py`; same seed, same machine, same weights.

A run that was cut goes on from its last checkpoint (`--checkpoint`). `--steps N` ends it early; `--last-part FOLDER` computes the last part
alone, from weights that the others made.
"""

import argparse
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import torch

import batches
import data
import induction
import model as llama
import tokenizer as bpe
from mean import Mean
from muon import Muon
from safetensors.torch import load_file

LAYERS, MICROS, WARMUP = 6, 2, 60
MATRIX_RATE, OTHER_RATE = 5e-3, 2e-3


@dataclass
class Part:
    """Steps `first` ... `end` of the run (data.py tells what they learn)."""

    first: int
    end: int
    rate: float  # factor of the rates
    decay: float  # over what last part of it rates go down to nothing
    documents: int | None = None  # its first document, where it begins with weights as they are saved and nothing else of what was before
    share: int = 0  # of the weights that it ends with in those that are written
    copied: tuple = ()  # layers that get a copy behind them before it begins (`model.grown`)

    def schedule(self, step):
        """Warm-up, a plateau, and a linear way down to nothing."""
        steps = self.end - self.first
        return self.rate * min(1.0, (step - self.first + 1) / WARMUP, (self.end - step) / (self.decay * steps))


PARTS = (
    Part(0, 2600, 1.0, 0.6),
    Part(2600, 3400, 0.6, 0.9),
    Part(3400, 5800, 0.6, 0.7, data.THIRD),
    Part(5800, 7900, 0.6, 0.8, data.FOURTH),
    Part(7900, 12300, 0.6, 0.75, data.FIFTH),
    Part(12300, 15600, 0.6, 0.75, data.SIXTH, copied=(2, 4)),
    Part(15600, 18600, 0.6, 0.75, data.SEVENTH),
    Part(18600, 21200, 0.6, 0.75, data.EIGHTH, share=1),
    Part(21200, 23900, 0.6, 0.75, data.NINTH, share=1),
    Part(23900, 26400, 0.6, 0.75, data.TENTH, share=2),
)
LAST = PARTS[-1]
# Until which step documents are at most so long: short ones come first.
LIMITS = ((156, 160), (520, 416), (LAST.end, 1024))
TOKENIZER_DOCUMENTS = 16_000


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=LAST.end)
    parser.add_argument("--out", type=Path, default=batches.ASSETS)
    parser.add_argument("--checkpoint", type=Path, default=Path("target/demo-checkpoint.pt"))
    parser.add_argument("--last-part", type=Path, metavar="FOLDER", help="begin with the last part, and the weights of this folder")
    parser.add_argument("--f32", action="store_true", help="no bf16: faster on processors whose bf16 products are slow")
    parser.add_argument("--device", default="cpu", help="cuda: where a GPU is at hand")
    parser.add_argument("--workers", type=int, default=1, help="processes that make documents: the same ones, whatever their number")
    parser.add_argument("--eager", action="store_true", help="do not compile the model (where there is no C++ compiler)")
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(data.SEED)
    arguments.out.mkdir(parents=True, exist_ok=True)
    if not arguments.checkpoint.exists():
        if arguments.last_part:
            take_tokenizer(arguments.last_part, arguments.out)
        else:
            make_tokenizer(arguments.out)
    renderer = batches.Renderer(arguments.out)
    model = train(arguments).cpu()
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters", flush=True)
    llama.write(model, arguments.out, renderer.end_of_text, renderer.im_end)
    compare(model, arguments.out, renderer)


def take_tokenizer(folder, out):
    for name in ("tokenizer.json", "tokenizer_config.json"):
        if folder.resolve() != out.resolve():
            shutil.copy(folder / name, out / name)


def make_tokenizer(folder):
    """Learns from documents that training draws, too, without the system's words counting more than the answers."""
    texts = ("\n".join(_words(data.document(index))) for index in range(TOKENIZER_DOCUMENTS))
    bpe.train(texts, llama.VOCAB, folder)


def _words(document):
    yield from (m["content"] for m in document.messages)
    for message in document.messages:
        for call in message.get("tool_calls") or ():
            yield '{"name": "%s", "arguments": %s}' % (call["function"]["name"], call["function"]["arguments"])
    for tool in document.tools or ():
        function = tool["function"]
        yield f"\n- {function['name']}: {function.get('description', '')}"
        for name, schema in function["parameters"]["properties"].items():
            yield f"\n  {name} ({schema.get('type')}, required): {schema.get('description', '')}"


def begin(arguments):
    """(model, optimizer, first step, state of the batches, mean): of a checkpoint, of the parts before the last one, or of nothing."""
    dtype = torch.float32 if arguments.f32 else torch.bfloat16
    if arguments.checkpoint.exists():
        kept = torch.load(arguments.checkpoint, map_location=arguments.device, weights_only=False)
        model = llama.loaded(kept["model"]).to(arguments.device)
        optimizer = Muon(model, MATRIX_RATE, OTHER_RATE, dtype)
        optimizer.load_state_dict(kept["optimizer"])
        print(f"goes on at step {kept['step']}", flush=True)
        return model, optimizer, kept["step"], kept["batches"], Mean(kept["mean"])
    if arguments.last_part:
        kept = load_file(arguments.last_part / "model.safetensors")
        model = llama.loaded({name.removeprefix("model."): tensor.float() for name, tensor in kept.items()}).to(arguments.device)
        mean = Mean()
        # These stand for what the parts before have ended with.
        mean.add(model, sum(part.share for part in PARTS if part is not LAST))
        return model, Muon(model, MATRIX_RATE, OTHER_RATE, dtype), LAST.first, None, mean
    model = llama.Llama(LAYERS)
    induction.begin(model, data.SEED)
    model = model.to(arguments.device)
    return model, Muon(model, MATRIX_RATE, OTHER_RATE, dtype), 0, None, Mean()


def compiled(model, arguments):
    return model.losses if arguments.eager else torch.compile(model.losses, dynamic=False)


def train(arguments):
    model, optimizer, first, state, mean = begin(arguments)
    source = batches.Batches(arguments.out, arguments.workers, state)
    torch._dynamo.config.cache_size_limit = 64  # one entry a shape, and some more
    losses_of = compiled(model, arguments)
    lengths = (*batches.LENGTHS, *batches.LATER_LENGTHS)
    angles = {length: tuple(part.to(arguments.device) for part in llama.rope(length)) for length in lengths}
    started, seen, loss = time.monotonic(), 0, None
    for step in range(first, arguments.steps):
        part = next(part for part in PARTS if step < part.end)
        if step == part.first and part.documents is not None:
            model, optimizer, source = begin_anew(model, part, optimizer, source, arguments)
            losses_of = compiled(model, arguments)
        limit = next(limit for end, limit in LIMITS if step < end)
        total = 0.0
        for _ in range(MICROS):
            ids, chosen, targets, weights = (tensor.to(arguments.device) for tensor in source.micro(limit))
            with torch.autocast(torch.device(arguments.device).type, dtype=torch.bfloat16, enabled=not arguments.f32):
                losses = losses_of(ids, *angles[ids.shape[1]], chosen, targets)
            ((losses * weights).sum() / weights.sum() / MICROS).backward()
            mine = weights == 1.0
            total += losses.detach()[mine].mean().item() / MICROS
            seen += ids.numel()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step(part.schedule(step))
        optimizer.zero_grad(model)
        loss = total if loss is None else 0.97 * loss + 0.03 * total
        if step % 20 == 0 or step + 1 == arguments.steps:
            minutes = (time.monotonic() - started) / 60
            print(
                f"step {step:5} loss of answers {loss:.4f}, {source.state.used:,} documents, {minutes:.1f} min, "
                f"{seen / minutes / 60:,.0f} tokens/s",
                flush=True,
            )
        if step + 1 == part.end:
            mean.add(model, part.share)
        if (step + 1) % 100 == 0:
            save(arguments.checkpoint, model, optimizer, step + 1, source.state, mean)
    source.pool.shutdown(cancel_futures=True)
    if mean.shares:
        model.load_state_dict(mean.weights())
    return model


def begin_anew(model, part, optimizer, source, arguments):
    """Weights as they are saved, further layers, a new optimizer, other documents."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.bfloat16())
    model = llama.grown(model, part.copied).to(arguments.device) if part.copied else model
    source.pool.shutdown(cancel_futures=True)
    state = batches.State(part.documents, {length: [] for length in batches.LATER_LENGTHS})
    return model, Muon(model, MATRIX_RATE, OTHER_RATE, optimizer.dtype), batches.Batches(arguments.out, arguments.workers, state)


def save(path, model, optimizer, step, state, mean):
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "batches": state, "mean": mean.state()}
    torch.save(kept, path.with_suffix(".new"))
    path.with_suffix(".new").rename(path)


def compare(model, folder, renderer):
    """The saved folder must mean the same to transformers."""
    from transformers import AutoModelForCausalLM

    ids = torch.tensor([renderer.ids(data.document(7))[0][:256]])
    other = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    model.to(torch.bfloat16).float()
    with torch.no_grad():
        mine = model(ids, *llama.rope(ids.shape[1]), torch.arange(ids.shape[1]))
        theirs = other(ids).logits[0]
    difference = (mine - theirs).abs().max().item()
    print(f"largest difference to transformers: {difference:.4f}", flush=True)
    if difference > 0.2:
        raise SystemExit("the saved model is not the trained one")


if __name__ == "__main__":
    main()
