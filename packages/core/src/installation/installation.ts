import type { ObjectId } from '../proposal/proposal.ts'

/** One file of an installed package, as git would store it. */
export interface InstalledFile {
  /** Below the package's folder, `/`-separated. A folder that could stand in for what the package imports is listed as well, with an id that no blob has. */
  readonly path: string
  readonly isLink: boolean
  readonly id: ObjectId
  readonly bytes: number
}

/** A package whose files are looked at: one of Ratchet's own, or one that lies in the target. */
export interface InstalledPackage {
  readonly name: string
  /** Real path of its folder. */
  readonly root: string
  readonly files: readonly InstalledFile[]
}

/** A package that Ratchet's own need, and where it was found. */
export interface InstalledDependency {
  readonly name: string
  readonly version: string
  /** Where it was found, links in the path itself not followed, absolute. */
  readonly place: string
}

/** The code that runs: what judges, if anything does. */
export interface Installation {
  readonly packages: readonly InstalledPackage[]
  readonly dependencies: readonly InstalledDependency[]
  /** Over the files of all packages and the versions of all dependencies. */
  readonly digest: string
}

/** Looks at the code of the process that asks. */
export interface InstallationReader {
  /** `inside`: a folder; packages that lie in it are listed with their files even if they are not Ratchet's own. Ids are made for repositories of that format. */
  read(request: { readonly inside: string; readonly format: 'sha1' | 'sha256' }): Promise<Installation>
}
