"""Reads a CIFAR-10 binary archive with tarfile and numpy; prints counts, label histogram and channel sums as JSON:
    python test/golden/datasets/read_cifar.py ARCHIVE.tar.gz
"""
import hashlib
import json
import sys
import tarfile

import numpy as np

splits = {"train": [], "test": []}
with tarfile.open(sys.argv[1]) as tar:
    for entry in sorted(tar.getmembers(), key=lambda entry: entry.name):
        if entry.name.endswith("_batch.bin") or "data_batch_" in entry.name:
            bytes_ = np.frombuffer(tar.extractfile(entry).read(), np.uint8).reshape(-1, 3073)
            splits["test" if "test_batch" in entry.name else "train"].append(bytes_)
report = {}
for name, parts in splits.items():
    records = np.concatenate(parts)
    planes = records[:, 1:].reshape(-1, 3, 1024)
    report[name] = {
        "count": len(records),
        "histogram": np.bincount(records[:, 0], minlength=10).tolist(),
        "sums": planes.sum((0, 2), dtype=np.int64).tolist(),
        "mean": (planes / 255).mean((0, 2)).tolist(),
        "deviation": (planes / 255).std((0, 2)).tolist(),
        "images": hashlib.sha256(np.ascontiguousarray(records[:, 1:])).hexdigest(),
        "labels": hashlib.sha256(np.ascontiguousarray(records[:, 0])).hexdigest(),
    }
print(json.dumps(report))
