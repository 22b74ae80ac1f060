"""Makes the golden .npy and .safetensors files of this folder with numpy and the safetensors package.

Run: python test/golden/training/make-tensors.py   (numpy 2, safetensors 0.6 or later)
Values of every array are arange(count) - 3 in its own type (wrapped for unsigned), so tests can state them.
"""
import pathlib

import numpy
from numpy.lib import format as npy_format
from safetensors.numpy import save_file

here = pathlib.Path(__file__).parent


def array(shape, kind):
    count = int(numpy.prod(shape, dtype=numpy.int64))
    return (numpy.arange(count) - 3).astype(kind).reshape(shape)


for name, shape, kind in [
    ("f4", (2, 3), "<f4"), ("f8", (4,), "<f8"), ("i8", (), "<i8"), ("i4", (1, 2, 2), "<i4"),
    ("u1", (5,), "|u1"), ("i1", (2, 2), "|i1"), ("empty", (0, 3), "<f4"),
]:
    numpy.save(here / f"array-{name}.npy", array(shape, kind))

numpy.save(here / "array-fortran.npy", numpy.asfortranarray(array((2, 3, 4), "<f4")))
with open(here / "array-version2.npy", "wb") as file:
    npy_format.write_array(file, array((2, 3), "<f4"), version=(2, 0))
numpy.save(here / "array-big-endian.npy", array((2,), ">f4"))
numpy.save(here / "array-f2.npy", array((2,), "<f2"))
numpy.save(here / "array-records.npy", numpy.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))

tensors = {
    "conv1.weight": array((2, 1, 2, 2), "<f4"),
    "bn.num_batches_tracked": array((), "<i8"),
    "bn.running_mean": array((2,), "<f4"),
    "double": array((3,), "<f8"),
    "bytes": array((3,), "|u1"),
    "int8": array((2,), "|i1"),
    "int32": array((2,), "<i4"),
    "Zulu": array((1,), "<f4"),
    "weiß": array((1,), "<f4"),
    "nothing": array((0, 4), "<f4"),
}
save_file(tensors, here / "plain.safetensors")
save_file(tensors, here / "with-metadata.safetensors", metadata={"format": "pt"})
save_file({"half": numpy.array([1.5, -0.0, 65504, 6e-8, numpy.inf], "<f2")}, here / "half.safetensors")
