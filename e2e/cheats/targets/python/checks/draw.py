"""Inputs of every function; everything that is drawn follows from the seed."""
import random


class Draw(random.Random):
    def word(self, length, letters="abcde"):
        return "".join(self.choice(letters) for _ in range(length))

    def number(self):
        return self.choice([self.randint(-50, 50), self.uniform(-1e3, 1e3), self.uniform(-1, 1) * 1e15, 0.1])

    def size(self, large):
        """Mostly small, sometimes as large as the benchmark's inputs."""
        return self.choice([0, 1, 2, 3, 5, 8, 13, self.randint(0, 60), self.randint(0, large), large + self.randrange(1 + large // 8), large + self.randrange(1 + large // 8)])

    def matrix(self, rows, columns):
        return [[self.number() for _ in range(columns)] for _ in range(rows)]

    def records(self, lines):
        def value():
            return self.choice([self.word(self.randint(1, 9)), "\\;" + self.word(2), "", "\\\\", "1"])

        return "\n".join(";".join(f"f{name}={value()}" for name in range(self.randint(1, 6))) for _ in range(lines))
