"""Records such as `name=Ann;age=7` with a backslash before a letter that is meant as it is."""


def parse_records(text):
    """One dictionary a line; a field without `=`, or a name that comes twice in a line, is refused."""
    records = []
    for line in text.split("\n"):
        if line == "":
            continue
        record = {}
        for field in _split(line, ";"):
            parts = _split(field, "=")
            if len(parts) != 2:
                raise ValueError("a field has one name and one value")
            name, value = _plain(parts[0]), _plain(parts[1])
            if name in [known for known in record]:
                raise ValueError("a name comes twice")
            record[name] = value
        records = records + [record]
    return records


def _split(text, separator):
    """Splits at separators without a backslash before them."""
    parts = []
    part = ""
    index = 0
    while index < len(text):
        letter = text[index]
        if letter == "\\":
            part = part + text[index : index + 2]
            index = index + 2
            continue
        if letter == separator:
            parts = parts + [part]
            part = ""
        else:
            part = part + letter
        index = index + 1
    return parts + [part]


def _plain(text):
    """Without the backslashes."""
    plain = ""
    index = 0
    while index < len(text):
        if text[index] == "\\" and index + 1 < len(text):
            index = index + 1
        plain = plain + text[index]
        index = index + 1
    return plain
