/** A folder's path with one more name, in the way of the machine that the path is of. */
export function folderIn(folder: string, name: string): string {
  const separator = folder.includes('\\') ? '\\' : '/';
  return folder.endsWith(separator) ? folder + name : folder + separator + name;
}
