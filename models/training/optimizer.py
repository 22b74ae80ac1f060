"""Muon for the matrices inside the blocks (orthogonalised momentum), AdamW for everything else."""
import torch

from batches import PRECISION


def orthogonal(g, steps=4):
    """Newton-Schulz iteration towards the nearest orthogonal matrix, in the precision of training (see batches.py)."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g.to(PRECISION)
    tall = x.shape[0] > x.shape[1]
    if tall:
        x = x.T
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        y = x @ x.T
        x = a * x + (b * y + c * (y @ y)) @ x
    return (x.T if tall else x).float()


class Muon(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.95, decay=0.0):
        super().__init__(params, dict(lr=lr, momentum=momentum, decay=decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group['params']:
                state = self.state[p]
                if 'm' not in state:
                    state['m'] = torch.zeros_like(p)
                m = state['m'].lerp_(p.grad, 1 - group['momentum'])
                g = p.grad.lerp(m, group['momentum'])
                # the fused query, key and value matrix is three matrices
                parts = g.chunk(3) if g.shape[0] == 3 * g.shape[1] else [g]
                scale = max(1.0, parts[0].shape[0] / parts[0].shape[1]) ** 0.5
                update = torch.cat([orthogonal(part) for part in parts])
                p.mul_(1 - group['lr'] * group['decay']).add_(update, alpha=-group['lr'] * scale)
