"""Makes the goldens of test/core/archive with pyribs: centroids of its CVT, and the archive it builds from given points.

Run from the repository root: python test/golden/archive/make.py   (needs ribs 0.12 and its scikit-learn)
"""

import json
import os

import numpy as np
import ribs
from ribs.archives import CVTArchive, k_means_centroids

HERE = os.path.dirname(os.path.abspath(__file__))
UNIT = [(0.0, 1.0), (0.0, 1.0)]


def write(name, value):
    with open(os.path.join(HERE, name), "w") as file:
        json.dump(value, file)
        file.write("\n")


def make_centroids():
    runs = []
    for seed in range(1, 6):
        centroids, _ = k_means_centroids(centroids=100, ranges=UNIT, samples=25_000, seed=seed)
        runs.append({"seed": seed, "centroids": centroids.tolist()})
    write("centroids.json", {"library": f"ribs {ribs.__version__}", "runs": runs})


def make_archive():
    """Adds 600 points one by one; objectives are rounded so that ties occur, points are repeated so that they matter."""
    random = np.random.default_rng(7)
    centroids, _ = k_means_centroids(centroids=40, ranges=UNIT, samples=10_000, seed=3)
    archive = CVTArchive(solution_dim=1, centroids=centroids, ranges=UNIT, dtype=np.float64)
    points = random.uniform(0, 1, size=(600, 2)) ** 1.5
    points[300:340] = points[:40]
    objectives = np.round(random.normal(0.5, 0.2, size=600), 2)
    statuses = []
    stages = []
    for number, (point, objective) in enumerate(zip(points, objectives)):
        info = archive.add_single(np.array([float(number)]), objective, point)
        statuses.append(int(info["status"]))
        if number + 1 in (1, 10, 100, 600):
            stages.append(
                {
                    "points": number + 1,
                    "coverage": float(archive.stats.coverage),
                    "qdScore": float(archive.stats.qd_score),
                    "best": float(archive.stats.obj_max),
                    "elites": len(archive),
                }
            )
    data = archive.data(["solution", "objective", "index"])
    elites = sorted(
        [
            {"niche": int(index), "point": int(solution[0]), "fitness": float(objective)}
            for solution, objective, index in zip(data["solution"], data["objective"], data["index"])
        ],
        key=lambda elite: elite["niche"],
    )
    write(
        "archive.json",
        {
            "library": f"ribs {ribs.__version__}",
            "centroids": centroids.tolist(),
            "points": points.tolist(),
            "objectives": objectives.tolist(),
            "statuses": statuses,
            "stages": stages,
            "elites": elites,
        },
    )


make_centroids()
make_archive()
