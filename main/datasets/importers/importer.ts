/** What an importer of datasets is: everything that command line, page and docs say of it, and how it reads. */
import type { Dataset } from '../dataset.ts';

/** A file of a download that an importer reads, whole in memory. */
export interface SourceFile {
  /** Its own name, without folders. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** What was given: `archive` is a tar, gzip or plain. */
export type SourceKind = 'folder' | 'archive' | 'file';

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** A line for people. */
  readonly onProgress?: (line: string) => void;
}

/** A choice that an importer leaves to the person: `--NAME VALUE`, a field of the page. */
export interface ImporterOption {
  readonly name: string;
  /** What it does, in a sentence. */
  readonly sentence: string;
  /** Its values; the first is the one that holds where none is given. */
  readonly values: readonly [string, ...string[]];
}

/** The options of one import, each with a value: `name` gives that of an option of the importer's own. */
export type Chosen = (option: ImporterOption) => string;

interface ImportedImages extends Pick<Dataset, 'classes' | 'shape' | 'train' | 'test'> {
  /** Files read, with the images of each. */
  readonly files: readonly { readonly file: string; readonly images: number }[];
  /** What differs from the official set, in sentences. */
  readonly notes: readonly string[];
}

export interface DatasetImporter {
  /** The word for it in manifests: a-z, 0-9 and hyphens. Never changes. */
  readonly format: string;
  /** What people call it. */
  readonly title: string;
  /** What is given for it, in a sentence. */
  readonly reads: string;
  /** A path as a person would give it. */
  readonly example: string;
  readonly options: readonly ImporterOption[];
  /** The name of the dataset where the person gives none. @param path what was given */
  nameFor(path: string): string;
  /** Most bytes that a file of this name may have in what was given; null for one that is not read. */
  limitOf(name: string, kind: SourceKind): number | null;
  /** Whether a folder, an archive or a single file is its own. @param names of the files in it, without folders */
  recognises(names: readonly string[], kind: SourceKind): boolean;
  /**
   * Checks and reads the images.
   * @param files those that {@link limitOf} wants, in no fixed order
   * @param path what was given, for messages
   * @throws FailureError `dataset` naming file, byte and remedy
   */
  read(files: readonly SourceFile[], path: string, chosen: Chosen): ImportedImages;
}
