const between = '--'

/** A tool as its caller knows it. */
export interface OwnName {
  readonly name: string
  readonly namespace?: string
}

/** What a request offers under a namespace, by the one name that the model is given. */
export type NamespacedTools = ReadonlyMap<string, OwnName>

/** Codex keeps the tools of an MCP server together under a name of their own; elsewhere a tool has one name only, of letters, digits, - and _. */
export function joinedName(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}${between}${name}`
}

/** A tool without a namespace may be called anything: a name is taken apart where it was put together, and nowhere else. */
export function namespacedTools(offered: readonly OwnName[]): NamespacedTools {
  const plain = new Set(offered.flatMap(({ namespace, name }) => (namespace === undefined ? [name] : [])))
  return new Map(offered.flatMap(({ namespace, name }) => (namespace === undefined || plain.has(joinedName(namespace, name)) ? [] : [[joinedName(namespace, name), { namespace, name }] as const])))
}

/** The name that a model called, as the caller knows it. */
export function ownName(joined: string, namespaced: NamespacedTools | undefined): OwnName {
  return namespaced?.get(joined) ?? { name: joined }
}
