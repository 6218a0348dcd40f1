"""A day's buses: which stops can be reached, and what two lines share."""

WALKING_MINUTES = 4


def shared_stops(line: list[str], other: list[str]) -> list[str]:
    """Stops of `line`, in its order, that `other` calls at as well; each of them once."""
    shared = []
    for stop in line:
        if stop in other:
            if stop not in shared:
                shared.append(stop)
    return shared


def reachable(links: dict[str, list[str]], start: str, changes: int) -> list[str]:
    """Stops that can be reached from `start` with at most `changes` changes, nearest first."""
    found = [start]
    waiting = [(start, 0)]
    while waiting:
        stop, used = waiting.pop(0)
        if used > changes:
            continue
        for following in links.get(stop, []):
            if following not in found:
                found.append(following)
                waiting.append((following, used + 1))
    return found[1:]


def busiest(calls: list[str]) -> str:
    """The stop that is called at most often; of several the first by name."""
    best = ""
    for stop in sorted(calls):
        if best == "" or calls.count(stop) > calls.count(best):
            best = stop
    return best


def platform_board(calls: list[tuple[int, str]], first: int, last: int) -> str:
    """One line for each call from minute `first` to minute `last`, with the time to leave home."""
    board = ""
    for minute, stop in calls:
        if first <= minute <= last:
            leave = max(0, minute - WALKING_MINUTES)
            board += f"{leave // 60:02}:{leave % 60:02} {stop}\n"
    return board
