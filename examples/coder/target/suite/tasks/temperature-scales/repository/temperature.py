def convert(value, source, wanted):
    if source == 'C' and wanted == 'F':
        return value * 9 / 5 + 32
    raise ValueError(source + wanted)
