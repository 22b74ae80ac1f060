"""What PyTorch makes of a network file: the live oracle of the full tests of training.

    python oracle.py gradients NET.py OUT_DIR [--batch 8] [--seed 1]
        OUT_DIR/weights.safetensors, images.npy, labels.npy, and in float64 and float32: gradients64.safetensors,
        gradients32.safetensors (training mode, dropout as identity; `loss` included), logits64.npy, logits32.npy
        (evaluation mode).
    python oracle.py losses NET.py WEIGHTS.safetensors IMAGES.npy LABELS.npy ORDER.npy OUT.npy --lr 0.001 --momentum 0.9
        [--save W.safetensors] [--bits 32|64]
        Losses of SGD, one a row of ORDER (indices into IMAGES, uint8 [n, C, H, W], normalised by (x / 255 - 0.5) / 0.5),
        and the state_dict afterwards.
    python oracle.py recipe NET.py WEIGHTS.safetensors IMAGES.npy LABELS.npy ORDER.npy RECIPE.json OUT_DIR
        The same by a recipe (core/training/recipe.ts; what differs from its defaults) in float64 and float32: OUT_DIR's
        losses64.npy, losses32.npy, state64.safetensors, state32.safetensors, the averages where the recipe has them.
"""
import argparse
import importlib.util
import json
import pathlib

import numpy
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

torch.set_num_threads(1)


def load_network(path):
    spec = importlib.util.spec_from_file_location("network", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Net()


def gradients(options):
    out = pathlib.Path(options.out)
    torch.manual_seed(options.seed)
    network = load_network(options.network)
    images = torch.randn(options.batch, 3, 32, 32)
    labels = torch.randint(0, 10, (options.batch,))
    # Statistics and affine weights of batch norms that differ from channel to channel.
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
            module.running_mean.uniform_(-0.5, 0.5)
            module.running_var.uniform_(0.5, 2.0)
            module.num_batches_tracked.fill_(17)
    state = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    save_file(state, out / "weights.safetensors")
    numpy.save(out / "images.npy", images.numpy())
    numpy.save(out / "labels.npy", labels.numpy())
    for bits, kind in [(64, torch.float64), (32, torch.float32)]:
        network.load_state_dict(state)
        network.to(kind).eval()
        with torch.no_grad():
            numpy.save(out / f"logits{bits}.npy", network(images.to(kind)).numpy())
        network.train()
        for module in network.modules():
            if isinstance(module, (nn.Dropout, nn.Dropout2d)):
                module.eval()
        network.zero_grad()
        loss = F.cross_entropy(network(images.to(kind)), labels)
        loss.backward()
        found = {name: parameter.grad.clone() for name, parameter in network.named_parameters()}
        save_file({**found, "loss": loss.detach().clone()}, out / f"gradients{bits}.safetensors")


def losses(options):
    kind = torch.float64 if options.bits == 64 else torch.float32
    network = load_network(options.network)
    network.load_state_dict(load_file(options.weights))
    network.to(kind).train()
    pixels = torch.from_numpy(numpy.load(options.images))
    labels = torch.from_numpy(numpy.load(options.labels)).long()
    optimizer = torch.optim.SGD(network.parameters(), lr=options.lr, momentum=options.momentum)
    found = []
    for row in torch.from_numpy(numpy.load(options.order)).long():
        x = (pixels[row].to(torch.float32) / 255 - 0.5) / 0.5
        optimizer.zero_grad()
        loss = F.cross_entropy(network(x.to(kind)), labels[row])
        loss.backward()
        optimizer.step()
        found.append(loss.item())
    numpy.save(options.out, numpy.array(found))
    if options.save:
        save_file(network.state_dict(), options.save)


def recipe(options):
    from optimizers import DEFAULTS, newton_schulz, optimizers_of, scheduler_of
    from torch.optim import _muon, swa_utils

    _muon._zeropower_via_newtonschulz = newton_schulz
    out = pathlib.Path(options.out)
    chosen = {**DEFAULTS, **json.loads(pathlib.Path(options.recipe).read_text())}
    pixels = torch.from_numpy(numpy.load(options.images))
    labels = torch.from_numpy(numpy.load(options.labels)).long()
    order = torch.from_numpy(numpy.load(options.order)).long()
    for bits, kind in [(64, torch.float64), (32, torch.float32)]:
        network = load_network(options.network)
        network.load_state_dict(load_file(options.weights))
        network.to(kind).train()
        weights = list(network.parameters())
        stepped, scheduled = optimizers_of(weights, chosen)
        schedulers = [scheduler_of(optimizer, chosen, len(order)) for optimizer in scheduled]
        average = None
        if chosen["averaging"] > 0:
            average = swa_utils.AveragedModel(network, multi_avg_fn=swa_utils.get_ema_multi_avg_fn(chosen["averaging"]), use_buffers=True)
        found = []
        for step, row in enumerate(order):
            x = (pixels[row].to(torch.float32) / 255 - 0.5) / 0.5
            network.zero_grad()
            loss = F.cross_entropy(network(x.to(kind)), labels[row], label_smoothing=chosen["labelSmoothing"])
            loss.backward()
            if chosen["clipNorm"] > 0:
                nn.utils.clip_grad_norm_(weights, chosen["clipNorm"])
            for optimizer in stepped:
                optimizer.step()
            if step < len(order) - 1:
                for scheduler in schedulers:
                    scheduler.step()
            if average is not None:
                average.update_parameters(network)
            found.append(loss.item())
        numpy.save(out / f"losses{bits}.npy", numpy.array(found))
        state = network.state_dict() if average is None else average.module.state_dict()
        # A count of batches is not averaged.
        state = {name: network.state_dict()[name] if name.endswith("num_batches_tracked") else value for name, value in state.items()}
        save_file({name: value.clone() for name, value in state.items()}, out / f"state{bits}.safetensors")


parser = argparse.ArgumentParser()
commands = parser.add_subparsers(required=True)
command = commands.add_parser("gradients")
command.set_defaults(run=gradients)
command.add_argument("network")
command.add_argument("out")
command.add_argument("--batch", type=int, default=8)
command.add_argument("--seed", type=int, default=1)
command = commands.add_parser("losses")
command.set_defaults(run=losses)
for name in ["network", "weights", "images", "labels", "order", "out"]:
    command.add_argument(name)
command.add_argument("--lr", type=float, default=0.001)
command.add_argument("--momentum", type=float, default=0.9)
command.add_argument("--bits", type=int, default=32)
command.add_argument("--save")
command = commands.add_parser("recipe")
command.set_defaults(run=recipe)
for name in ["network", "weights", "images", "labels", "order", "recipe", "out"]:
    command.add_argument(name)
chosen = parser.parse_args()
chosen.run(chosen)
