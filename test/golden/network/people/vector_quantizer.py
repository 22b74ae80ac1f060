# PyTorch 2.13 accepts.
import torch
import torch.nn as nn
import torch.nn.functional as F


class VectorQuantizer(nn.Module):
    def __init__(self, n_e=16, e_dim=8, beta=0.25):
        super().__init__()
        self.n_e, self.e_dim, self.beta = n_e, e_dim, beta
        self.embedding = nn.Embedding(n_e, e_dim)
        self.embedding.weight.data.uniform_(-1.0 / n_e, 1.0 / n_e)

    def forward(self, z):
        z = z.permute(0, 2, 3, 1).contiguous()
        z_flat = z.view(-1, self.e_dim)
        d = torch.sum(z_flat ** 2, dim=1, keepdim=True) + torch.sum(self.embedding.weight ** 2, dim=1) - 2 * torch.matmul(z_flat, self.embedding.weight.t())
        idx = torch.argmin(d, dim=1).unsqueeze(1)
        enc = torch.zeros(idx.shape[0], self.n_e, device=z.device)
        enc.scatter_(1, idx, 1)
        z_q = torch.matmul(enc, self.embedding.weight).view(z.shape)
        loss = torch.mean((z_q.detach() - z) ** 2) + self.beta * torch.mean((z_q - z.detach()) ** 2)
        z_q = z + (z_q - z).detach()
        return loss, z_q.permute(0, 3, 1, 2).contiguous()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.Conv2d(3, 8, 4, 4)
        self.vq = VectorQuantizer()
        self.fc = nn.Linear(8 * 64, 10)

    def forward(self, x):
        vq_loss, z = self.vq(self.enc(x))
        return self.fc(z.flatten(1))
