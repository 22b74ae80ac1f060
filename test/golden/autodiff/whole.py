"""Goldens of whole networks at batch 32, too large to keep: printed as JSON for whole-networks.full.test.ts."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent / "bench"))
import make  # noqa: E402
from cases import case  # noqa: E402
from training_step import NETWORKS  # noqa: E402

make.BATCH = 32

if __name__ == "__main__":
    print(json.dumps([make.gradient_golden(case(name, ir(), spread=2.0))
                      for name, (_, ir) in NETWORKS.items()]))
