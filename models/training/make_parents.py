"""Writes models/evaluation/parents.json: parents of the generator from seeds that training does not use."""
import json
import random
import sys

from parents import make_parent
from printing import HEADER

FIRST_SEED = 1_000_001

if __name__ == '__main__':
    rows = [{'id': f'generated-{i}', 'source': HEADER + make_parent(random.Random(FIRST_SEED + i))[2]} for i in range(40)]
    with open(sys.argv[1], 'w') as f:
        json.dump(rows, f, indent=1)
        f.write('\n')
