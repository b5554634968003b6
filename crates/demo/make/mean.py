"""The weights that are written: a mean of those that the last parts end with, rounded as they are saved.

As in M. Wortsman et al., "Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing
inference time" (2022); here the models are one after another.
"""


class Mean:
    """`add` what a part ends with; `weights` once there is something."""

    def __init__(self, state=None):
        self.sums, self.shares = state or ({}, 0)

    def add(self, model, share):
        if not share:
            return
        for name, tensor in model.state_dict().items():
            part = share * tensor.detach().bfloat16().float().cpu()
            self.sums[name] = self.sums[name] + part if self.shares else part
        self.shares += share

    def weights(self):
        return {name: tensor / self.shares for name, tensor in self.sums.items()}

    def state(self):
        return self.sums, self.shares
