/** The CRC-32 of some bytes, as in gzip. */
export function checksum(bytes: Uint8Array): number {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('checksum takes bytes')
  let register = 0xffffffff
  for (const byte of bytes) {
    register ^= byte
    for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ (register & 1 ? 0xedb88320 : 0)
  }
  return (register ^ 0xffffffff) >>> 0
}
