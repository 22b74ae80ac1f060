/** The importers of datasets, in the order in which they are asked: a new one is a file and a row. */
import { cifar10 } from './cifar10.ts';
import type { DatasetImporter } from './importer.ts';
import { mnist } from './mnist.ts';
import { npz } from './npz.ts';

export const importers: readonly [DatasetImporter, ...DatasetImporter[]] = [cifar10, mnist, npz];
