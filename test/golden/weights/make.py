"""Weights files as PyTorch writes them, in the forms that people have, and the logits of each.

Run with the Python of the full tier from this folder: `../../../.oracle/bin/python make.py`. PyTorch 2.13.
Files of the old form name storages by their address, and differ from run to run.
"""

import json
import pathlib
import pickle
import sys
import warnings

import numpy
import torch
import torch.nn as nn
from safetensors.torch import save_file

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import masked as masked_net  # noqa: E402
from net import Net  # noqa: E402

warnings.filterwarnings("ignore")
out = pathlib.Path(__file__).parent / "files"
out.mkdir(exist_ok=True)

torch.manual_seed(0)
images = torch.randn(3, 3, 8, 8)
numpy.save(out / "images.npy", images.numpy())


def trained():
    """The same network each time; its running statistics and count are not those of a fresh one."""
    torch.manual_seed(1)
    net = Net()
    for _ in range(3):
        net(torch.randn(4, 3, 8, 8))
    return net


def state():
    return trained().state_dict()


def logits_of(tensors):
    net = Net()
    net.load_state_dict(tensors)
    return net.eval()(images).detach().numpy()


numpy.save(out / "logits.npy", logits_of(state()))
save_file(state(), out / "weights.safetensors")
numpy.save(out / "logits-half.npy", logits_of(trained().half().state_dict()))
numpy.save(out / "logits-bfloat16.npy", logits_of(trained().bfloat16().state_dict()))

# ---- forms of the same weights
torch.save(state(), out / "plain.pt")
torch.save(nn.DataParallel(trained()).state_dict(), out / "parallel.pth")
torch.save(torch.compile(trained()).state_dict(), out / "compiled.pt")
torch.save(nn.DataParallel(torch.compile(trained())).state_dict(), out / "parallel-compiled.pt")
torch.save(torch.compile(nn.DataParallel(trained())).state_dict(), out / "compiled-parallel.pt")
parts = trained()
parts.features = torch.compile(parts.features)
torch.save(parts.state_dict(), out / "part-compiled.pt")
torch.save(torch.optim.swa_utils.AveragedModel(trained()).state_dict(), out / "averaged.pt")
save_file(torch.compile(trained()).state_dict(), out / "compiled.safetensors")

net = trained()
optimizer = torch.optim.AdamW(net.parameters())
scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, [2, 4])
for parameter in net.parameters():
    parameter.grad = torch.zeros_like(parameter)
optimizer.step()
checkpoint = {
    "epoch": 3,
    "best": torch.tensor(0.5),
    "optimizer": optimizer.state_dict(),
    "scheduler": scheduler.state_dict(),
    "note": None,
}
torch.save({**checkpoint, "state_dict": nn.DataParallel(trained()).state_dict()}, out / "checkpoint.pth")
torch.save({**checkpoint, "model_state_dict": state()}, out / "tutorial.pt")
torch.save({"net": state(), "acc": 91.5, "epoch": 9}, out / "kuangliu.pth")
torch.save({"checkpoint": {"backbone": state()}}, out / "nested.pt")
torch.save({"state_dict": state(), "state_dict_ema": Net().state_dict()}, out / "with-average.pt")

last = state()
torch.save({name: value.to(memory_format=torch.channels_last) if value.dim() == 4 else value for name, value in last.items()},
           out / "channels-last.pt")
torch.save({name: value.t().contiguous().t() if value.dim() == 2 else value for name, value in last.items()},
           out / "transposed.pt")
floats = {name: value for name, value in last.items() if value.is_floating_point()}
flat = torch.cat([value.reshape(-1) for value in floats.values()])
views, at = {}, 0
for name, value in floats.items():
    views[name] = flat[at : at + value.numel()].view(value.shape)
    at += value.numel()
torch.save({**views, "features.1.num_batches_tracked": last["features.1.num_batches_tracked"]}, out / "one-storage.pt")
torch.save({**dict(trained().named_parameters()), **dict(trained().named_buffers())}, out / "parameters.pt")
torch.save({name: value for name, value in last.items() if "num_batches" not in name}, out / "no-count.pt")
torch.save(trained().double().state_dict(), out / "double.pt")
torch.save(last, out / "legacy.pth", _use_new_zipfile_serialization=False)
torch.save({"state_dict": {f"module.{name}": value for name, value in views.items()}}, out / "legacy-one-storage.pth",
           _use_new_zipfile_serialization=False)
torch.save(last, out / "protocol-4.pt", pickle_protocol=4)
torch.save(last, out / "legacy-protocol-4.pth", pickle_protocol=4, _use_new_zipfile_serialization=False)
torch.save(trained().half().state_dict(), out / "half.pt")
torch.save(trained().bfloat16().state_dict(), out / "bfloat16.pt")
save_file(trained().half().state_dict(), out / "half.safetensors")
save_file(trained().bfloat16().state_dict(), out / "bfloat16.safetensors")

# ---- a buffer of booleans, a layer under two names
torch.manual_seed(2)
masked = masked_net.Net().eval()
small = torch.randn(2, 3, 2, 2)
numpy.save(out / "images-masked.npy", small.numpy())
numpy.save(out / "logits-masked.npy", masked(small).detach().numpy())
torch.save(nn.DataParallel(torch.compile(masked)).state_dict(), out / "masked.pt")
save_file({name: value.clone() for name, value in masked.state_dict().items()}, out / "masked.safetensors")

# ---- what is refused
torch.save(trained(), out / "whole.pt")
torch.save(trained(), out / "whole-legacy.pt", _use_new_zipfile_serialization=False)
torch.save({"epoch": 1, "model": trained()}, out / "whole-inside.pt")
torch.jit.save(torch.jit.trace(trained().eval(), images), out / "script.pt")
torch.export.save(torch.export.export(trained().eval(), (images,)), out / "exported.pt2")
torch.save({"generator": Net().state_dict(), "critic": Net().state_dict()}, out / "two.pt")
torch.save(images[0, 0, :2], out / "tensor.pt")
torch.save([1, 2], out / "list.pt")
torch.save({"epoch": 1, "loss": 0.5}, out / "no-tensors.pt")
torch.save({name: value for name, value in last.items() if name != "head.bias"}, out / "lacking.pt")
torch.save({**nn.DataParallel(trained()).state_dict(), "module.aux.weight": torch.zeros(2)}, out / "extra.pt")
torch.save({**last, "head.bias": last["head.bias"].to(torch.complex64)}, out / "complex.pt")
torch.save({**last, "head.bias": last["head.bias"].to(torch.int32)}, out / "whole-numbers.pt")
numpy.savez(out / "arrays.npz", **{name: value.numpy() for name, value in last.items()})


class Attack:
    def __reduce__(self):
        return (eval, ("open('executed', 'w').close()",))


torch.save({**last, "head.bias": Attack()}, out / "attack.pt")
(out / "attack-plain.pkl").write_bytes(pickle.dumps(Attack()))
(out / "arrays.pkl").write_bytes(pickle.dumps({name: value.numpy().tolist() for name, value in last.items()}))

print(json.dumps({"torch": torch.__version__, "bytes": sum(path.stat().st_size for path in out.iterdir())}))
