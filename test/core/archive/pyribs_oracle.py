"""Fills archives of pyribs as asked: reads {"archives": [...]} from a file, prints the elites of each as JSON."""

import json
import sys

import numpy as np
from ribs.archives import CVTArchive, GridArchive


def archive_of(niches, dimensions):
    ranges = [(0.0, 1.0)] * dimensions
    if niches["kind"] == "cvt":
        return CVTArchive(solution_dim=1, centroids=np.array(niches["centroids"]), ranges=ranges, dtype=np.float64)
    return GridArchive(solution_dim=1, dims=niches["bins"], ranges=ranges, dtype=np.float64)


def main():
    with open(sys.argv[1]) as file:
        question = json.load(file)
    answers = []
    for asked in question["archives"]:
        points = np.array(asked["points"])
        archive = archive_of(asked["niches"], points.shape[1])
        archive.add(np.arange(len(points), dtype=np.float64)[:, None], np.array(asked["objectives"]), points)
        data = archive.data(["solution", "index"])
        elites = sorted((int(index), int(solution[0])) for solution, index in zip(data["solution"], data["index"]))
        answers.append({"coverage": float(archive.stats.coverage), "elites": elites})
    print(json.dumps(answers))


main()
