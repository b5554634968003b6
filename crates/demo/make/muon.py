"""Muon for the matrices of the layers (K. Jordan et al., 2024: momentum, then the nearest orthogonal matrix by five
Newton-Schulz steps), AdamW for the embedding and the norms. Matrices of one shape are treated together.
"""

from collections import defaultdict

import torch

COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonal(stack, dtype):
    """Roughly the orthogonal factor of each matrix of a stack [count, rows, columns] with rows <= columns."""
    a, b, c = COEFFICIENTS
    x = stack.to(dtype)
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a, alpha=1.0)
    return x.float()


class Muon:
    """`step(scale)` applies the gradients; `scale` is the schedule's factor of both learning rates. Newton-Schulz runs in `dtype`."""

    def __init__(self, model, matrix_rate, other_rate, dtype, decay=0.05, momentum=0.95):
        self.dtype = dtype
        self.rate, self.decay, self.momentum = matrix_rate, decay, momentum
        matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and "embed" not in name]
        self.groups = defaultdict(list)
        for p in matrices:
            self.groups[tuple(sorted(p.shape))].append(p)
        self.moments = {
            shape: torch.zeros(len(group), *shape, device=group[0].device) for shape, group in self.groups.items()
        }
        known = {id(p) for p in matrices}
        others = [p for p in model.parameters() if id(p) not in known]
        self.adam = torch.optim.AdamW(others, lr=other_rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
        self.other_rate = other_rate

    @torch.no_grad()
    def step(self, scale):
        for group in self.adam.param_groups:
            group["lr"] = self.other_rate * scale
        self.adam.step()
        for shape, group in self.groups.items():
            turned = [p.shape[0] > p.shape[1] for p in group]
            gradient = torch.stack([p.grad.mT if turn else p.grad for p, turn in zip(group, turned)])
            moment = self.moments[shape].lerp_(gradient, 1 - self.momentum)
            # Nesterov's momentum; the factor gives updates of the same size per element, whatever the shape.
            update = orthogonal(gradient.lerp(moment, self.momentum), self.dtype) * (0.2 * max(shape) ** 0.5)
            for p, turn, one in zip(group, turned, update):
                p.mul_(1 - self.rate * scale * self.decay)
                p.sub_(one.mT if turn else one, alpha=self.rate * scale)

    def zero_grad(self, model):
        for p in model.parameters():
            p.grad = None

    def state_dict(self):
        return {"adam": self.adam.state_dict(), "moments": self.moments}

    def load_state_dict(self, state):
        self.adam.load_state_dict(state["adam"])
        self.moments = state["moments"]
