"""Lets a model begin with a circuit that copies, instead of finding one: an induction head (C. Olsson et al., "In-context
Learning and Induction Heads", 2022) written into the first two layers.

Heads of layer 0 look at the token before, and at the one before that, and note parts of their embeddings. Heads of layer 1 look for a
place whose noted token is the current one (the second of them: whose two noted tokens are the current one and the one before it) and
predict the token there. Order numbers, names and arguments of tools are copies, and a small model finds this circuit by itself only
after more documents than this training has. All other heads, and all MLPs, begin by adding nothing.
"""

import torch

import model as llama

PREVIOUS, NOTE, MATCH, COPY = 1.0, 0.1, (4.0, 1.6), 0.35  # strengths: sharp enough to work, weak enough to be trained further
CONSTANT = 0.3  # part of every embedding that is the same: what a head needs to look at a position whatever its token
FAST = 6  # pairs of dimensions that turn fast enough to tell a position from the next
NOTED = 32  # dimensions of a token that are noted one place on, and two places on
PAIR = (20, 12)  # how the second head shares its slow dimensions between the current token and the one before


@torch.no_grad()
def begin(model, seed):
    """Writes the circuit into a freshly initialised model."""
    generator = torch.Generator().manual_seed(seed)
    size, hidden = llama.HEAD_DIM, llama.HIDDEN
    basis = torch.linalg.qr(torch.randn(hidden, hidden, generator=generator))[0].T
    constant, tokens, notes = basis[0], basis[1 : 1 + 2 * size].split(size), basis[1 + 2 * size :].split(NOTED)
    embedding = model.embed_tokens.weight
    embedding += (CONSTANT - embedding @ constant)[:, None] * constant
    for layer in model.layers:
        layer.self_attn.o_proj.weight.zero_()
        layer.mlp.down_proj.weight.zero_()
    first, second = (layer.self_attn for layer in model.layers[:2])
    for head in range(2):
        value, output = tokens[0][:NOTED], NOTE * notes[head].T
        _head(first, head, *_back(head + 1, constant), value, output)
    single = _slow(tokens[0][:NOTED]), _slow(notes[0])
    pair = (
        _slow(torch.cat((tokens[0][: PAIR[0]], notes[0][: PAIR[1]]))),
        _slow(torch.cat((notes[0][: PAIR[0]], notes[1][: PAIR[1]]))),
    )
    for head, (query, key) in enumerate((single, pair)):
        _head(second, head, MATCH[0] * query, MATCH[1] * key, tokens[head], COPY * tokens[head].T)


def _back(places, constant):
    """Query and key rows of a head that looks `places` back."""
    query = torch.zeros(llama.HEAD_DIM)
    query[:FAST] = PREVIOUS
    cos, sin = llama.rope(places + 1)
    # A key turned back by so many positions: the product is greatest where the key stands as far before the query.
    key = llama.rotate(query, cos[places], sin[places])
    return query[:, None] * constant, key[:, None] * constant


def _slow(rows):
    """`rows` in the dimensions that hardly turn, which compare tokens and not places."""
    half = llama.HEAD_DIM // 2
    slow = torch.arange(llama.HEAD_DIM) % half >= half // 2
    spread = torch.zeros(llama.HEAD_DIM, rows.shape[1])
    spread[slow] = rows
    return spread


def _head(attention, head, query, key, value, output):
    first = head * llama.HEAD_DIM
    for projection, rows in ((attention.q_proj, query), (attention.k_proj, key), (attention.v_proj, value)):
        projection.weight[first : first + len(rows)] = rows
    attention.o_proj.weight[:, first : first + output.shape[1]] = output
