/** CRC-32 values in a zip archive's directory, as `torch.serialization.set_crc32_options(False)` leaves them: 0. */

const entrySignature = 0x02014b50;

/** The places in an archive where its directory keeps the CRC-32 of an entry, by the entry's name. */
export function crcPlaces(archive: Buffer): Map<string, number> {
  const places = new Map<string, number>();
  for (let at = 0; at + 46 <= archive.length; at++) {
    if (archive.readUInt32LE(at) !== entrySignature) continue;
    places.set(archive.toString('latin1', at + 46, at + 46 + archive.readUInt16LE(at + 28)), at + 16);
  }
  return places;
}

/** The archive as if no CRC-32 had been computed. */
export function withoutCrc(archive: Buffer): Buffer {
  const without = Buffer.from(archive);
  for (const place of crcPlaces(archive).values()) without.writeUInt32LE(0, place);
  return without;
}
