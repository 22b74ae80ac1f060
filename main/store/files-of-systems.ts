/** Files that file managers and file systems leave in any folder that is looked at: they belong to nobody's run. */
const names: ReadonlySet<string> = new Set([
  '.ds_store',
  '.localized',
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  '.directory',
  '.spotlight-v100',
  '.trashes',
  '.fseventsd',
]);

/** Beginnings: resource forks on foreign disks (`._x`), files that NFS keeps while they are open. */
const beginnings = ['._', '.nfs', '.fuse_hidden', '.smbdelete'];

export function isOfTheSystem(name: string): boolean {
  const lower = name.toLowerCase();
  return names.has(lower) || beginnings.some((beginning) => lower.startsWith(beginning));
}
