/** Files of a log below one address, by their path as public tools know it. Small and local: reading is synchronous. */
export interface TileStore {
  /** Null where there is none. */
  read(path: string): Uint8Array | null
  /** Whole or not at all; what is there is replaced. */
  write(path: string, bytes: Uint8Array): void
}

export const checkpointPath = 'checkpoint'
