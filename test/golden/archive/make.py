"""Makes the goldens of test/core/archive with pyribs: centroids of its CVT, and the archives that it builds from given
points: a CVT, a grid, and a row of bins for each category.

Run from the repository root: python test/golden/archive/make.py   (needs ribs 0.12 and its scikit-learn)
"""

import json
import os

import numpy as np
import ribs
from ribs.archives import CVTArchive, GridArchive, k_means_centroids

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


def filled(archive, points, objectives):
    """Adds the points one by one; where it stood after some of them, and its elites in the end."""
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
    return {"statuses": statuses, "stages": stages, "elites": elites}


def some_points(seed, dimensions):
    """600 points; objectives are rounded so that ties occur, points are repeated so that they matter."""
    random = np.random.default_rng(seed)
    points = random.uniform(0, 1, size=(600, dimensions)) ** 1.5
    points[300:340] = points[:40]
    objectives = np.round(random.normal(0.5, 0.2, size=600), 2)
    return points, objectives


def write_archive(name, told, points, objectives, **niches):
    write(
        name,
        {
            "library": f"ribs {ribs.__version__}",
            **niches,
            "points": points.tolist(),
            "objectives": objectives.tolist(),
            **told,
        },
    )


def make_archive():
    centroids, _ = k_means_centroids(centroids=40, ranges=UNIT, samples=10_000, seed=3)
    archive = CVTArchive(solution_dim=1, centroids=centroids, ranges=UNIT, dtype=np.float64)
    points, objectives = some_points(7, 2)
    write_archive("archive.json", filled(archive, points, objectives), points, objectives, centroids=centroids.tolist())


def make_grid():
    """Some points lie on edges of bins, where whole numbers scaled to an axis lie."""
    bins = [7, 4, 3]
    archive = GridArchive(solution_dim=1, dims=bins, ranges=[(0.0, 1.0)] * 3, dtype=np.float64)
    points, objectives = some_points(8, 3)
    points[100:160] = np.floor(points[100:160] * bins) / bins
    write_archive("grid.json", filled(archive, points, objectives), points, objectives, bins=bins)


class Rows:
    """A grid archive of the temperatures for each prompt, spoken to as one archive."""

    def __init__(self, categories, bins):
        self.bins = bins
        self.rows = [
            GridArchive(solution_dim=1, dims=[bins], ranges=[(0.0, 1.0)], dtype=np.float64) for _ in range(categories)
        ]

    def add_single(self, solution, objective, point):
        category = int(round(point[0] * len(self.rows)))
        return self.rows[category].add_single(solution, objective, point[1:])

    def __len__(self):
        return sum(len(row) for row in self.rows)

    @property
    def stats(self):
        filled_rows = [row.stats for row in self.rows if len(row) > 0]
        return ribs.archives.ArchiveStats(
            num_elites=len(self),
            coverage=np.float64(len(self)) / (self.bins * len(self.rows)),
            qd_score=sum(stats.qd_score for stats in filled_rows),
            norm_qd_score=np.float64(0),
            obj_max=max(stats.obj_max for stats in filled_rows),
            obj_mean=np.float64(0),
        )

    def data(self, fields):
        parts = [row.data(fields) for row in self.rows]
        for number, part in enumerate(parts):
            part["index"] = part["index"] + number * self.bins
        return {field: np.concatenate([part[field] for part in parts]) for field in fields}


def make_rows():
    categories, bins = 13, 10
    points, objectives = some_points(9, 2)
    points[:, 0] = np.floor(points[:, 0] * categories) / categories
    told = filled(Rows(categories, bins), points, objectives)
    write_archive("rows.json", told, points, objectives, categories=categories, bins=[bins])


make_centroids()
make_archive()
make_grid()
make_rows()
