"""Every fifth program is better than all before it; the others are worth nothing."""


def evaluate(program_path):
    with open(program_path) as program:
        first = program.readline().removeprefix('//').strip()
    number = int(first) if first.isdigit() else 0
    return {'combined_score': number / 1e6 if number % 5 == 0 else 0.0}
