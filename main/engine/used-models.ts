/** Which models the runs of a list were made with: they lie anywhere, and belong to the list of models all the same. */
import { runCatalogue } from './run-catalogue.ts';
import { type RunShelf, runShelf } from './run-shelf.ts';

/** Paths of the files, the embedded model and served ones left out; one for each run, so a file may come twice. */
export function usedModels(folders: readonly string[], shelf: Pick<RunShelf, 'modelFile'>): string[] {
  return folders.flatMap((folder) => shelf.modelFile(folder) ?? []);
}

/**
 * The same without an engine: of the runs in `runsFolder`, and of those from elsewhere that the window remembers in
 * `home`. A run that cannot be read has none.
 */
export function modelsOfRuns(runsFolder: string, home: string): string[] {
  const catalogue = runCatalogue(runsFolder, home);
  return usedModels(catalogue.folders(), runShelf(catalogue, new Map()));
}
