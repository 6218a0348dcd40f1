export function groupBy(things, keyOf) {
	const groups = new Map()
	for (const thing of things) {
		const key = keyOf(thing)
		groups.set(key, [thing])
	}
	return groups
}
