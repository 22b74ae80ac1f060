"""The side of pyribs in test/bench/archive.ts: processor seconds of centroids and insertions, quantization errors."""

import json
import sys
import time

import numpy as np
from ribs.archives import CVTArchive, k_means_centroids
from scipy.spatial import cKDTree

UNIT = [(0.0, 1.0), (0.0, 1.0)]


def seconds_of(work):
    before = time.process_time()
    result = work()
    return time.process_time() - before, result


def quantization_error(centroids):
    """Mean squared distance of fresh points to the nearest centroid."""
    points = np.random.default_rng(99).uniform(size=(500_000, 2))
    distances, _ = cKDTree(centroids).query(points)
    return float(np.mean(distances**2))


def main():
    with open(sys.argv[1]) as file:
        question = json.load(file)
    answers = []
    for size in question["sizes"]:
        cvt, (centroids, _) = seconds_of(
            lambda: k_means_centroids(centroids=size["niches"], ranges=UNIT, samples=size["samples"], seed=1)
        )
        random = np.random.default_rng(5)

        def fresh():
            return CVTArchive(solution_dim=1, centroids=centroids, ranges=UNIT, dtype=np.float64)

        def single(archive, points, objectives):
            solution = np.zeros(1)
            for point, objective in zip(points, objectives):
                archive.add_single(solution, objective, point)

        def batches(archive, points, objectives):
            batch = question["batch"]
            solutions = np.zeros((batch, 1))
            for start in range(0, len(points), batch):
                archive.add(solutions, objectives[start : start + batch], points[start : start + batch])

        times = {}
        for name, work, count in [("single", single, question["singles"]), ("batched", batches, question["batched"])]:
            points = random.uniform(size=(count, 2))
            objectives = random.uniform(size=count)
            archive = fresh()
            times[name], _ = seconds_of(lambda: work(archive, points, objectives))
        answers.append(
            {
                "cvt": cvt,
                "errorOurs": quantization_error(np.array(size["centroids"])),
                "errorPeer": quantization_error(centroids),
                **times,
            }
        )
    print(json.dumps(answers))


main()
