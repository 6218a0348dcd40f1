"""Words and how often they occur."""


def frequency(text):
    """Words with their counts, lower case; most frequent first, then by alphabet. A word is a run of letters."""
    words = []
    word = ""
    for letter in text.lower() + " ":
        if letter.isalpha():
            word = word + letter
        elif word != "":
            words.append(word)
            word = ""
    known = []
    counts = []
    for word in words:
        if word in known:
            counts[known.index(word)] += 1
        else:
            known.append(word)
            counts.append(1)
    return sorted(zip(known, counts), key=lambda pair: (-pair[1], pair[0]))
