# PyTorch 2.13 accepts.
import torch
import torch.nn as nn
import numpy as np
import copy


class RepVGGBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1, groups=1, deploy=False):
        super().__init__()
        self.deploy = deploy
        self.groups = groups
        self.in_channels = in_channels
        self.nonlinearity = nn.ReLU()
        if deploy:
            self.rbr_reparam = nn.Conv2d(in_channels, out_channels, 3, stride, 1, groups=groups)
        else:
            self.rbr_identity = nn.BatchNorm2d(in_channels) if out_channels == in_channels and stride == 1 else None
            self.rbr_dense = self.conv_bn(in_channels, out_channels, 3, stride, 1, groups)
            self.rbr_1x1 = self.conv_bn(in_channels, out_channels, 1, stride, 0, groups)

    @staticmethod
    def conv_bn(i, o, k, s, p, g=1):
        result = nn.Sequential()
        result.add_module('conv', nn.Conv2d(i, o, k, s, p, groups=g, bias=False))
        result.add_module('bn', nn.BatchNorm2d(o))
        return result

    def _fuse_bn_tensor(self, branch):
        if branch is None:
            return 0, 0
        if isinstance(branch, nn.Sequential):
            kernel = branch.conv.weight
            running_mean, running_var = branch.bn.running_mean, branch.bn.running_var
            gamma, beta, eps = branch.bn.weight, branch.bn.bias, branch.bn.eps
        else:
            if not hasattr(self, 'id_tensor'):
                input_dim = self.in_channels // self.groups
                kernel_value = np.zeros((self.in_channels, input_dim, 3, 3), dtype=np.float32)
                for i in range(self.in_channels):
                    kernel_value[i, i % input_dim, 1, 1] = 1
                self.id_tensor = torch.from_numpy(kernel_value).to(branch.weight.device)
            kernel = self.id_tensor
            running_mean, running_var = branch.running_mean, branch.running_var
            gamma, beta, eps = branch.weight, branch.bias, branch.eps
        std = (running_var + eps).sqrt()
        t = (gamma / std).reshape(-1, 1, 1, 1)
        return kernel * t, beta - running_mean * gamma / std

    def forward(self, inputs):
        if hasattr(self, 'rbr_reparam'):
            return self.nonlinearity(self.rbr_reparam(inputs))
        id_out = 0 if self.rbr_identity is None else self.rbr_identity(inputs)
        return self.nonlinearity(self.rbr_dense(inputs) + self.rbr_1x1(inputs) + id_out)


class RepVGG(nn.Module):
    def __init__(self, num_blocks=(2, 1), width=(16, 32), override_groups_map=None, deploy=False):
        super().__init__()
        self.override_groups_map = override_groups_map or dict()
        assert 0 not in self.override_groups_map
        self.cur = 0
        self.in_planes = min(64, width[0])
        self.stage0 = RepVGGBlock(3, self.in_planes, 2, deploy=deploy)
        for i, (n, w) in enumerate(zip(num_blocks, width)):
            setattr(self, f"stage{i + 1}", self._make_stage(w, n, 2, deploy))
        self.gap = nn.AdaptiveAvgPool2d(output_size=1)
        self.linear = nn.Linear(width[-1], 10)

    def _make_stage(self, planes, n, stride, deploy):
        strides = [stride] + [1] * (n - 1)
        blocks = []
        for s in strides:
            self.cur += 1
            blocks.append(RepVGGBlock(self.in_planes, planes, s, groups=self.override_groups_map.get(self.cur, 1), deploy=deploy))
            self.in_planes = planes
        return nn.ModuleList(blocks)

    def forward(self, x):
        out = self.stage0(x)
        for stage in (self.stage1, self.stage2):
            for block in stage:
                out = block(out)
        out = self.gap(out)
        return self.linear(out.view(out.size(0), -1))
