"""Runs every test below tests/ and writes reports/junit.xml. As with pytest, a conftest.py is imported before the tests."""
import importlib
import pathlib
import sys
import unittest
from xml.sax.saxutils import escape, quoteattr

for folder in ("", "tests."):
    if pathlib.Path(f"{folder.replace('.', '/')}conftest.py").exists():
        importlib.import_module(f"{folder}conftest")


class Recorder(unittest.TextTestResult):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.lines = []

    def note(self, test, body=""):
        group, name = test.id().rsplit(".", 1)
        self.lines.append(f"<testcase classname={quoteattr(group)} name={quoteattr(name)}>{body}</testcase>")

    def addSuccess(self, test):
        super().addSuccess(test)
        self.note(test)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.note(test, f"<failure>{escape(str(error[1]))}</failure>")

    def addError(self, test, error):
        super().addError(test, error)
        self.note(test, f"<error>{escape(str(error[1]))}</error>")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.note(test, "<skipped/>")


suite = unittest.defaultTestLoader.discover("tests", top_level_dir=".")
result = unittest.TextTestRunner(resultclass=Recorder, verbosity=0).run(suite)
reports = pathlib.Path("reports")
reports.mkdir(exist_ok=True)
(reports / "junit.xml").write_text(f"<testsuite name=\"kit\">{''.join(result.lines)}</testsuite>\n")
sys.exit(0 if result.wasSuccessful() else 1)
