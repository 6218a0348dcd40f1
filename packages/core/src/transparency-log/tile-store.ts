/** Files of a log below one address, by their path as public tools know it. Small and local: reading is synchronous. */
export interface TileStore {
  /** Null where there is none. */
  read(path: string): Uint8Array | null
  /** Whole or not at all; what is there is replaced. `durable`: on the disk when it returns. */
  write(path: string, bytes: Uint8Array, options?: { readonly durable: boolean }): void
  /** A file or a folder of them; nothing where there is none. */
  remove(path: string): void
}

export const checkpointPath = 'checkpoint'

/** A partial tile may be gone once the full one is there, which begins with the same bytes. */
export function readTile(store: TileStore, path: string): Uint8Array | null {
  return store.read(path) ?? store.read(path.replace(/\.p\/\d+$/, ''))
}
