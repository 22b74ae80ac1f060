import torch
import torch.nn as nn

class PatchTransformer(nn.Module):
    def __init__(self, patch_size=8, d_model=48, nhead=4):
        super().__init__()
        self.to_patches = nn.Unfold(kernel_size=patch_size, stride=patch_size)
        self.embedding = nn.Linear(3 * patch_size * patch_size, d_model)
        self.encoder = nn.TransformerEncoderLayer(d_model, nhead, dim_feedforward=96, dropout=0.1, batch_first=True)
        self.classifier = nn.Linear(d_model, 10)

    def forward(self, x):
        patches = self.to_patches(x).transpose(1, 2)
        tokens = self.embedding(patches)
        tokens = self.encoder(tokens)
        return self.classifier(tokens.mean(dim=1))
