"""Measures the peer of the GPU check: continuous batching of transformers, on the same shape with random weights and the
same mean lengths. Prints one line of JSON. A process of its own, so that its memory is free again afterwards.

    python scripts/gpu_peer.py --shape 0.6b --requests 256
"""

import argparse
import json
import random
import time

import torch
import transformers
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, Qwen3Config, Qwen3ForCausalLM

# As `sconce serve --synthetic` has them.
SHAPES = {
    "8b": (
        LlamaForCausalLM,
        LlamaConfig(
            vocab_size=128_256, hidden_size=4096, intermediate_size=14_336, num_hidden_layers=32, num_attention_heads=32,
            num_key_value_heads=8, head_dim=128, max_position_embeddings=131_072, rms_norm_eps=1e-5, tie_word_embeddings=False,
        ),
    ),
    "0.6b": (
        Qwen3ForCausalLM,
        Qwen3Config(
            vocab_size=151_936, hidden_size=1024, intermediate_size=3072, num_hidden_layers=28, num_attention_heads=16,
            num_key_value_heads=8, head_dim=128, max_position_embeddings=40_960, rms_norm_eps=1e-6, tie_word_embeddings=True,
        ),
    ),
    "tiny": (
        LlamaForCausalLM,
        LlamaConfig(
            vocab_size=512, hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, head_dim=16, max_position_embeddings=4096, tie_word_embeddings=True,
        ),
    ),
}  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", choices=SHAPES, required=True)
    parser.add_argument("--requests", type=int, default=256)
    parser.add_argument("--lengths", type=int, nargs=2, default=(100, 1024), help="of prompts; answers have the mean")
    parser.add_argument("--device", default="cuda")
    arguments = parser.parse_args()
    kind, config = SHAPES[arguments.shape]
    torch.manual_seed(0)
    torch.set_default_dtype(torch.bfloat16)
    with torch.device(arguments.device):
        model = kind(config).eval()
    rng = random.Random(0)
    least, most = arguments.lengths
    output = (least + most) // 2

    def prompts(count):
        return [[rng.randrange(config.vocab_size) for _ in range(rng.randint(least, most))] for _ in range(count)]

    # No token ends an answer.
    plain = {"do_sample": False, "eos_token_id": -1, "pad_token_id": 0}
    model.generate_batch(prompts(4), generation_config=GenerationConfig(max_new_tokens=8, **plain))
    inputs = prompts(arguments.requests)
    started = time.perf_counter()
    outcomes = model.generate_batch(inputs, generation_config=GenerationConfig(max_new_tokens=output, **plain))
    seconds = time.perf_counter() - started
    tokens = sum(len(outcome.generated_tokens) for outcome in outcomes.values())
    if tokens != output * arguments.requests:
        raise SystemExit(f"{tokens} tokens came, {output * arguments.requests} were asked for")
    print(json.dumps({"output_tokens_per_s": tokens / seconds, "seconds": seconds, "transformers": transformers.__version__}))


if __name__ == "__main__":
    main()
