"""Tiny sets in the forms of MNIST's IDX and of .npz, and what numpy reads in them, in the folder forms beside this file:
    python test/golden/datasets/make_forms.py
"""
import gzip
import hashlib
import json
import struct
from pathlib import Path

import numpy as np

OUT = Path(__file__).parent / "forms"
random = np.random.default_rng(28)


def idx(array):
    """http://yann.lecun.com/exdb/mnist: two zeros, the type (8: bytes), the number of axes, big-endian sizes, bytes."""
    return struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def images(*shape):
    return (random.integers(0, 4, shape) * 85).astype(np.uint8)


train, train_labels = images(7, 28, 28), random.integers(0, 10, 7).astype(np.uint8)
test, test_labels = images(3, 28, 28), random.integers(0, 10, 3).astype(np.uint8)
parts = {"train-images-idx3-ubyte": train, "train-labels-idx1-ubyte": train_labels,
         "t10k-images-idx3-ubyte": test, "t10k-labels-idx1-ubyte": test_labels}
(OUT / "MNIST" / "raw").mkdir(parents=True, exist_ok=True)
(OUT / "dotted").mkdir(exist_ok=True)
for name, array in parts.items():
    (OUT / "MNIST" / "raw" / f"{name}.gz").write_bytes(gzip.compress(idx(array), mtime=0))
    (OUT / "dotted" / name.replace("-idx", ".idx")).write_bytes(idx(array))

colour, colour_test = images(6, 20, 24, 3), images(2, 20, 24, 3)
labels, labels_test = np.array([[0], [1], [2], [4], [1], [0]], np.uint8), np.array([[3], [2]], np.uint8)
medical = {"train_images": colour, "train_labels": labels, "val_images": images(2, 20, 24, 3),
           "val_labels": np.zeros((2, 1), np.uint8), "test_images": colour_test, "test_labels": labels_test}
np.savez_compressed(OUT / "pathmnist.npz", **medical)
np.savez(OUT / "keras.npz", x_train=train, y_train=train_labels.astype(np.int64), x_test=test, y_test=test_labels)
np.savez(OUT / "channels-first.npz", train_images=colour.transpose(0, 3, 1, 2), train_labels=labels[:, 0],
         test_images=np.asfortranarray(colour_test.transpose(0, 3, 1, 2)), test_labels=labels_test[:, 0])
np.savez_compressed(OUT / "large.npz", train_images=images(2, 40, 40), train_labels=[0, 1], test_images=images(2, 40, 40),
         test_labels=[0, 1])
np.savez_compressed(OUT / "several-labels.npz", **{**medical, "train_labels": np.zeros((6, 14), np.uint8)})
np.savez_compressed(OUT / "floats.npz", **{**medical, "train_images": colour / 255})
np.savez_compressed(OUT / "names.npz", images=colour, labels=labels)
np.savez_compressed(OUT / "volume.npz", **{**medical, "train_images": images(2, 8, 8, 8)})
np.savez_compressed(OUT / "counts.npz", **{**medical, "train_labels": labels[:5]})
np.savez_compressed(OUT / "negative.npz", **{**medical, "train_labels": labels.astype(np.int64) - 1})


def grey(array):
    """Grey as three channels, in the middle of 32 x 32 zeros."""
    return np.repeat(np.pad(array, ((0, 0), (2, 2), (2, 2)))[:, None], 3, 1)


def coloured(array):
    return np.pad(array, ((0, 0), (6, 6), (4, 4), (0, 0))).transpose(0, 3, 1, 2)


def said(train_images, train_labels, test_images, test_labels):
    return {"train": {"shape": list(train_images.shape), "images": hashlib.sha256(train_images.tobytes()).hexdigest(),
                      "labels": train_labels.ravel().tolist()},
            "test": {"shape": list(test_images.shape), "images": hashlib.sha256(test_images.tobytes()).hexdigest(),
                     "labels": test_labels.ravel().tolist()}}


(OUT / "expected.json").write_text(json.dumps({
    "grey": said(train[:, None], train_labels, test[:, None], test_labels),
    "greySearched": said(grey(train), train_labels, grey(test), test_labels),
    "colour": said(colour.transpose(0, 3, 1, 2), labels, colour_test.transpose(0, 3, 1, 2), labels_test),
    "colourSearched": said(coloured(colour), labels, coloured(colour_test), labels_test),
}))
