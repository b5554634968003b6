"""The model in plain PyTorch: a Llama whose tensors have the names of Hugging Face, and how it is written to a folder.

It is written here, and not taken from transformers, because training computes the logits of chosen positions only; that the
saved files mean the same to transformers is checked by `train.py` at the end.
"""

import json

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn

VOCAB, CONTEXT = 6144, 2048
HIDDEN, HEADS, HEAD_DIM, FFN, THETA, EPS = 256, 4, 64, 704, 10000.0, 1e-6


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(HIDDEN))

    def forward(self, x):
        return F.rms_norm(x, (HIDDEN,), self.weight, EPS)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            setattr(self, name, nn.Linear(HIDDEN, HEADS * HEAD_DIM, bias=False))

    def forward(self, x, cos, sin):
        batch, length, _ = x.shape
        q, k, v = (
            proj(x).view(batch, length, HEADS, HEAD_DIM).transpose(1, 2) for proj in (self.q_proj, self.k_proj, self.v_proj)
        )
        # Written out, since the backward pass of PyTorch's fused attention is slow on a CPU (a fifth to a quarter of a micro-batch).
        scores = (rotate(q, cos, sin) @ rotate(k, cos, sin).mT).float() * HEAD_DIM**-0.5
        seen = torch.ones(length, length, dtype=torch.bool, device=x.device).tril()
        mixed = scores.masked_fill(~seen, float("-inf")).softmax(-1).to(v.dtype) @ v
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, length, HEADS * HEAD_DIM))


def rotate(x, cos, sin):
    """Rotary position embedding in the layout of Llama (halves, not pairs)."""
    a, b = x.chunk(2, -1)
    return (x * cos + torch.cat((-b, a), -1) * sin).to(x.dtype)


def rope(length):
    """cos and sin of the angles of every position, [length, head_dim]."""
    angles = torch.arange(length)[:, None] * THETA ** (-torch.arange(0, HEAD_DIM, 2) / HEAD_DIM)
    angles = torch.cat((angles, angles), -1)
    return angles.cos(), angles.sin()


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate_proj = nn.Linear(HIDDEN, FFN, bias=False)
        self.up_proj = nn.Linear(HIDDEN, FFN, bias=False)
        self.down_proj = nn.Linear(FFN, HIDDEN, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.input_layernorm, self.post_attention_layernorm = Norm(), Norm()
        self.self_attn, self.mlp = Attention(), Mlp()

    def forward(self, x, cos, sin):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        return x + self.mlp(self.post_attention_layernorm(x))


class Llama(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.embed_tokens = nn.Embedding(VOCAB, HIDDEN)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.norm = Norm()
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2:
                last = name.endswith(("o_proj.weight", "down_proj.weight"))
                nn.init.normal_(parameter, std=0.02 if last else 0.04)

    def forward(self, ids, cos, sin, chosen):
        """Logits [chosen positions, vocabulary] of ids [batch, length]; `chosen` indexes the flattened positions."""
        x = self.embed_tokens(ids)
        for layer in self.layers:
            x = layer(x, cos, sin)
        return F.linear(self.norm(x).flatten(0, 1)[chosen], self.embed_tokens.weight)

    def losses(self, ids, cos, sin, chosen, targets):
        """Cross-entropy of every chosen position; a method, so that it is compiled with the rest."""
        return F.cross_entropy(self(ids, cos, sin, chosen).float(), targets, reduction="none")


def loaded(state):
    """A model of these weights, with as many layers as they have."""
    model = Llama(len({name.split(".")[1] for name in state if name.startswith("layers.")}))
    model.load_state_dict(state)
    return model


@torch.no_grad()
def grown(model, copied):
    """The model with a further layer after each of the layers `copied`, which computes the same: a copy that adds nothing yet.

    Depth added to a trained model, as in L. Gong et al., "Efficient Training of BERT by Progressively Stacking" (2019), but with
    outputs of zero, so that nothing is lost.
    """
    larger = Llama(len(model.layers) + len(copied))
    larger.embed_tokens.load_state_dict(model.embed_tokens.state_dict())
    larger.norm.load_state_dict(model.norm.state_dict())
    layers = iter(larger.layers)
    for number, layer in enumerate(model.layers):
        next(layers).load_state_dict(layer.state_dict())
        for _ in range(copied.count(number)):
            copy = next(layers)
            copy.load_state_dict(layer.state_dict())
            copy.self_attn.o_proj.weight.zero_()
            copy.mlp.down_proj.weight.zero_()
    return larger


def write(model, folder, end_of_text, im_end):
    """The files of a Hugging Face folder, but for those of the tokenizer."""
    tensors = {f"model.{name}": tensor.to(torch.bfloat16).contiguous() for name, tensor in model.state_dict().items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    config = {
        "architectures": ["LlamaForCausalLM"],
        "attention_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": end_of_text,
        "dtype": "bfloat16",
        "eos_token_id": im_end,
        "head_dim": HEAD_DIM,
        "hidden_act": "silu",
        "hidden_size": HIDDEN,
        "initializer_range": 0.04,
        "intermediate_size": FFN,
        "max_position_embeddings": CONTEXT,
        "mlp_bias": False,
        "model_type": "llama",
        "num_attention_heads": HEADS,
        "num_hidden_layers": len(model.layers),
        "num_key_value_heads": HEADS,
        "pad_token_id": end_of_text,
        "rms_norm_eps": EPS,
        "rope_parameters": {"rope_theta": THETA, "rope_type": "default"},
        "tie_word_embeddings": True,
        "use_cache": True,
        "vocab_size": VOCAB,
    }
    generation = {
        "bos_token_id": end_of_text,
        "do_sample": True,
        "eos_token_id": [im_end, end_of_text],
        "pad_token_id": end_of_text,
        "temperature": 0.3,
        "top_p": 0.9,
    }
    for name, content in (("config.json", config), ("generation_config.json", generation)):
        (folder / name).write_text(json.dumps(content, indent=2) + "\n")
