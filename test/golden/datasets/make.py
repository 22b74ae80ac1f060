"""Makes tiny archives in CIFAR-10's layouts with Python's tarfile, and what numpy reads in them, beside this file:
    python test/golden/datasets/make.py
"""
import gzip
import io
import json
import tarfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
random = np.random.default_rng(10)


def records(count):
    """`count` records: a label from 0 to 9, then 3072 bytes (few values, so that the archives stay small)."""
    labels = random.integers(0, 10, (count, 1))
    pixels = random.integers(0, 4, (count, 3072)) * 85
    return np.concatenate([labels, pixels], axis=1).astype(np.uint8)


def archive(files, form, packed=True):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=form) as tar:
        for name, content in files:
            entry = tarfile.TarInfo(name)
            if content is None:
                entry.type = tarfile.DIRTYPE
            else:
                entry.size = len(content)
            tar.addfile(entry, None if content is None else io.BytesIO(content))
    return gzip.compress(raw.getvalue(), mtime=0) if packed else raw.getvalue()


two, one, test = records(3), records(4), records(2)
batches = [
    ("data_batch_2.bin", two.tobytes()),
    ("data_batch_1.bin", one.tobytes()),
    ("test_batch.bin", test.tobytes()),
    ("batches.meta.txt", ("\n".join(CLASSES) + "\n\n").encode()),
]
plain = [("cifar-10-batches-bin", None)] + [("cifar-10-batches-bin/" + name, data) for name, data in batches]
# Paths that do not fit a header's 100 bytes: GNU and pax keep them in records of their own.
deep = [("../" + "deep/" * 30 + name, data) for name, data in batches]

(HERE / "tiny.tar.gz").write_bytes(archive(plain, tarfile.USTAR_FORMAT))
(HERE / "tiny-gnu.tar.gz").write_bytes(archive(deep, tarfile.GNU_FORMAT))
(HERE / "tiny-pax.tar.gz").write_bytes(archive(deep, tarfile.PAX_FORMAT))
foreign = {
    "python": ["cifar-10-batches-py/data_batch_1", "cifar-10-batches-py/test_batch", "cifar-10-batches-py/batches.meta"],
    "matlab": ["cifar-10-batches-mat/data_batch_1.mat", "cifar-10-batches-mat/test_batch.mat"],
    "cifar100": ["cifar-100-binary/train.bin", "cifar-100-binary/test.bin", "cifar-100-binary/fine_label_names.txt"],
    "other": ["notes/readme.txt", "notes/list.csv"],
}
for kind, names in foreign.items():
    files = [(name, b"content") for name in names]
    (HERE / f"foreign-{kind}.tar.gz").write_bytes(archive(files, tarfile.USTAR_FORMAT))

train = np.concatenate([one, two])
expected = {}
for name, split in (("train", train), ("test", test)):
    planes = split[:, 1:].reshape(-1, 3, 1024).astype(np.float64)
    expected[name] = {
        "labels": split[:, 0].tolist(),
        "sums": planes.sum((0, 2)).astype(int).tolist(),
        "firstPixels": split[:, 1:4].tolist(),
        "mean": (planes / 255).mean((0, 2)).tolist(),
        "deviation": (planes / 255).std((0, 2)).tolist(),
    }
(HERE / "tiny.json").write_text(json.dumps({"classes": CLASSES, **expected}, indent=1) + "\n")
