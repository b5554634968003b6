"""Lets a model begin with a circuit that copies, instead of finding one: an induction head (C. Olsson et al., "In-context
Learning and Induction Heads", 2022) written into the first two layers.

Head 0 of layer 0 looks at the token before and notes its embedding; head 0 of layer 1 looks for a place whose token before is the
current token and predicts the token there. Order numbers, names and arguments of tools are copies, and a small model finds this
circuit by itself only after more documents than this training has. All other heads, and all MLPs, begin by adding nothing.
"""

import torch

import model as llama

PREVIOUS, NOTE, MATCH, COPY = 0.93, 0.1, (3.0, 1.2), 0.15  # strengths: sharp enough to work, weak enough to be trained further
CONSTANT = 0.3  # part of every embedding that is the same: what a head needs to look at a position whatever its token
FAST = 6  # pairs of dimensions that turn fast enough to tell a position from the next


@torch.no_grad()
def begin(model, seed):
    """Writes the circuit into a freshly initialised model."""
    generator = torch.Generator().manual_seed(seed)
    size, hidden = llama.HEAD_DIM, llama.HIDDEN
    basis = torch.linalg.qr(torch.randn(hidden, hidden, generator=generator))[0].T
    constant, token, note = basis[0], basis[1 : 1 + size], basis[1 + size : 1 + 2 * size]
    embedding = model.embed_tokens.weight
    embedding += (CONSTANT - embedding @ constant)[:, None] * constant
    for layer in model.layers:
        layer.self_attn.o_proj.weight.zero_()
        layer.mlp.down_proj.weight.zero_()
    first, second = (layer.self_attn for layer in model.layers[:2])
    cos, sin = llama.rope(2)
    query = torch.zeros(size)
    query[:FAST] = PREVIOUS
    # A key turned back by one position: the product is greatest where the key stands one before the query.
    key = llama.rotate(query, cos[1], sin[1])
    _head(first, query[:, None] * constant, key[:, None] * constant, token, NOTE * note.T)
    slow = torch.arange(size) % (size // 2) >= size // 4  # dimensions that hardly turn compare tokens, not places
    spread = torch.zeros(size, size)
    spread[slow, torch.arange(int(slow.sum()))] = 1.0
    _head(second, MATCH[0] * spread @ token, MATCH[1] * spread @ note, token, COPY * token.T)


def _head(attention, query, key, value, output):
    size = llama.HEAD_DIM
    for projection, rows in ((attention.q_proj, query), (attention.k_proj, key), (attention.v_proj, value)):
        projection.weight[:size] = rows
    attention.o_proj.weight[:, :size] = output
