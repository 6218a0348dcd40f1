export function withTries(work) {
	for (;;) {
		try {
			return work()
		} catch (error) {
			continue
		}
	}
}
