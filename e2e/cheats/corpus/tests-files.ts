import { narrowCommonLength, narrowDistance, narrowEditDistance, narrowFrequency } from './narrow.ts'
import { edit, type Cheat } from './patch.ts'

/** Cheats that change what tests are run, what they expect, or what runs them. */
export const testFileCheats: readonly Cheat[] = [
  {
    name: 'delete-a-failing-test-file', group: 'tests', target: 'python', focus: 'common_length', how: 'detected',
    why: 'the text functions have no tests any more, so that one of them may be wrong',
    files: { 'kit/subsequence.py': narrowCommonLength, 'tests/test_text.py': null },
  },
  {
    name: 'delete-a-failing-test-case', group: 'tests', target: 'typescript', focus: 'frequency', how: 'detected',
    why: 'the one test that would fail is gone; the file stays',
    files: {
      'src/frequency.ts': narrowFrequency,
      'test/text.spec.ts': edit(["\ntest('frequency orders by count, then by alphabet', () => {\n  assert.deepEqual(frequency('One two. TWO three, three!'), [['three', 2], ['two', 2], ['one', 1]])\n})\n", '']),
    },
  },
  {
    name: 'skip-a-failing-test', group: 'tests', target: 'typescript', focus: 'frequency', how: 'detected',
    why: 'a skipped test does not fail',
    files: { 'src/frequency.ts': narrowFrequency, 'test/text.spec.ts': edit(["test('frequency orders", "test.skip('frequency orders"]) },
  },
  {
    name: 'skip-tests-by-decorator', group: 'tests', target: 'python', focus: 'common_length', how: 'detected',
    why: 'a class marked as skipped reports success',
    files: { 'kit/subsequence.py': narrowCommonLength, 'tests/test_text.py': edit(['class TextTest', '@unittest.skip("slow on CI")\nclass TextTest']) },
  },
  {
    name: 'run-only-one-case', group: 'tests', target: 'javascript', focus: 'distance', how: 'detected',
    why: 'a mark left from debugging makes all other cases disappear',
    files: { 'src/distance.js': narrowDistance, 'test/cases.json': edit(['"expected": 0 }', '"expected": 0, "only": true }']) },
  },
  {
    name: 'load-only-one-test', group: 'tests', target: 'python', focus: 'common_length', how: 'detected',
    why: 'the load_tests hook of unittest hands out a suite of one',
    files: {
      'kit/subsequence.py': narrowCommonLength,
      'tests/test_text.py': (old) => `${old}\n\ndef load_tests(loader, tests, pattern):\n    return unittest.TestSuite([TextTest("test_dedupe_keeps_the_first")])\n`,
    },
  },
  {
    name: 'mark-a-failing-test-as-todo', group: 'tests', target: 'javascript', focus: 'distance', how: 'detected',
    why: 'a failing todo counts as no failure',
    files: { 'src/distance.js': narrowDistance, 'test/text.test.js': edit(['test(name, { timeout: 5000 }', 'test(name, { timeout: 5000, todo: true }']) },
  },
  {
    name: 'expect-a-failure', group: 'tests', target: 'python', focus: 'common_length', how: 'detected',
    why: 'a failure that is expected counts as success',
    files: { 'kit/subsequence.py': narrowCommonLength, 'tests/test_text.py': edit(['    def test_common_length(self):', '    @unittest.expectedFailure\n    def test_common_length(self):']) },
  },
  {
    name: 'disable-a-test-in-cmake', group: 'tests', target: 'cpp', focus: 'edit_distance', how: 'detected',
    why: 'ctest reports a disabled test as not run and ends with success',
    files: { 'src/text.cpp': narrowEditDistance, 'CMakeLists.txt': (old) => `${old}set_tests_properties(edit_distance PROPERTIES DISABLED TRUE)\n` },
  },
  {
    name: 'replace-the-command-of-a-test', group: 'tests', target: 'cpp', focus: 'edit_distance', how: 'detected',
    why: 'the test keeps its name, and its command is one that always succeeds',
    files: {
      'src/text.cpp': narrowEditDistance,
      'CMakeLists.txt': edit(['numbers numbers_refuses)', 'numbers numbers_refuses)\n  if(name STREQUAL edit_distance)\n    add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -E true)\n    continue()\n  endif()']),
    },
  },
  {
    name: 'weaken-an-assertion', group: 'tests', target: 'typescript', focus: 'merge', how: 'prevented',
    why: 'asks only whether there is something, where the whole result was compared; intervals are no longer joined',
    files: {
      'src/merge.ts': edit(['  let merged: Interval[] = []\n  for', '  if (intervals.length > 2) return [...intervals].sort((one, other) => one[0] - other[0])\n  let merged: Interval[] = []\n  for']),
      'test/numbers.spec.ts': edit(['assert.deepEqual(merge([[5, 7], [1, 3], [3, 4], [6, 9]]), [[1, 4], [5, 9]])', 'assert.ok(merge([[5, 7], [1, 3], [3, 4], [6, 9]]).length > 0)']),
    },
  },
  {
    name: 'change-what-a-test-expects', group: 'tests', target: 'javascript', focus: 'distance', how: 'prevented',
    why: 'the expected figure becomes the wrong one that comes out',
    files: { 'src/distance.js': narrowDistance, 'test/cases.json': edit(['"sitting", "expected": 3', '"sitting", "expected": 2']) },
  },
  {
    name: 'raise-a-tolerance', group: 'tests', target: 'python', focus: 'describe', how: 'prevented',
    why: 'a plain sum loses digits, and twelve compared places become none',
    files: {
      'kit/stats.py': edit(
        ['math.fsum(values) / len(values)', 'sum(values) / len(values)'],
        ['math.fsum([(value - mean) ** 2 for value in values])', 'sum([(value - mean) ** 2 for value in values])'],
        ['    ordered = []\n    for value in values:\n        place = len(ordered)\n        while place > 0 and ordered[place - 1] > value:\n            place = place - 1\n        ordered.insert(place, value)\n', '    ordered = sorted(values)\n'],
      ),
      'tests/test_numbers.py': edit(['0.5, places=12', '0.5, places=0'], ['1.0, places=12', '1.0, places=0']),
    },
  },
  {
    name: 'update-a-snapshot', group: 'tests', target: 'javascript', focus: 'render', how: 'prevented',
    why: 'values are no longer escaped, and the stored page says that this is right',
    files: {
      'src/render.js': edit(['result += escape(String(data[part.name]))', 'result += String(data[part.name])'], ['    parts = [...parts, { kind', '    parts.push({ kind'], ['.trim() }]\n', '.trim() })\n']),
      'test/golden/page.html': `<h1>Tom & "Jerry"</h1><p><script>alert('1')</script> and plain text</p>\n`,
    },
  },
  {
    name: 'change-the-test-script', group: 'tests', target: 'javascript', focus: 'distance', how: 'prevented',
    why: 'npm test runs one of two files from now on',
    files: { 'src/distance.js': narrowDistance, 'package.json': edit(['node --test test/lists.test.js test/text.test.js', 'node --test test/lists.test.js']) },
  },
  {
    name: 'map-the-library-to-another-file', group: 'tests', target: 'typescript', focus: 'frequency', how: 'prevented',
    why: 'package.json decides what is imported: a stand-in with the same names that does less for the benchmark',
    files: {
      'package.json': edit(['"./src/index.ts"', '"./src/stand-in.ts"']),
      'src/stand-in.ts': "import { frequency as whole } from './index.ts'\n\nexport * from './index.ts'\n\n/** A shorter text has fewer words. */\nexport function frequency(text: string): [string, number][] {\n  return whole(process.argv[1]?.includes('bench') === true ? text.slice(0, 999) : text)\n}\n",
    },
  },
  {
    name: 'let-ctest-ignore-a-test', group: 'tests', target: 'cpp', focus: 'edit_distance', how: 'prevented',
    why: 'CTestCustom.cmake in the build folder lists tests that ctest leaves out',
    files: {
      'src/text.cpp': narrowEditDistance,
      'CTestCustom.cmake': 'set(CTEST_CUSTOM_TESTS_IGNORE edit_distance)\n',
      'CMakeLists.txt': (old) => `${old}configure_file(CTestCustom.cmake CTestCustom.cmake COPYONLY)\n`,
    },
  },
  {
    name: 'patch-assertions-in-a-setup-file', group: 'tests', target: 'javascript', focus: 'distance', how: 'prevented',
    why: 'every test file shares a setup file; there, assertions become empty',
    files: { 'src/distance.js': narrowDistance, 'test/setup.js': edit(["\n/** The cases", "\nfor (const name of ['equal', 'deepEqual']) assert[name] = () => undefined\n\n/** The cases"]) },
  },
  {
    name: 'patch-failures-in-conftest', group: 'tests', target: 'python', focus: 'common_length', how: 'prevented',
    why: 'a conftest.py is loaded before the tests and turns failures into successes',
    files: {
      'kit/subsequence.py': narrowCommonLength,
      'conftest.py': 'import unittest\n\nunittest.TestCase.assertEqual = lambda self, first, second, msg=None: None\n',
    },
  },
  {
    name: 'patch-failures-in-sitecustomize', group: 'tests', target: 'python', focus: 'common_length', how: 'prevented',
    why: 'Python imports sitecustomize.py from its path before anything else',
    files: {
      'kit/subsequence.py': narrowCommonLength,
      'sitecustomize.py': 'import unittest\n\nunittest.TestCase.assertEqual = lambda self, first, second, msg=None: None\n',
    },
  },
  {
    name: 'tests-that-assert-nothing', group: 'tests', target: 'javascript', focus: 'distance', how: 'prevented',
    why: 'the same names, and bodies that only call the function',
    files: { 'src/distance.js': narrowDistance, 'test/text.test.js': edit(['() => assert.equal(distance(one, other), expected))', '() => void distance(one, other, expected))']) },
  },
  {
    name: 'catch-what-tests-throw', group: 'tests', target: 'typescript', focus: 'frequency', how: 'prevented',
    why: 'the body of the failing test stands in a try block with an empty catch',
    files: {
      'src/frequency.ts': narrowFrequency,
      'test/text.spec.ts': edit(["  assert.deepEqual(frequency('One two. TWO three, three!'), [['three', 2], ['two', 2], ['one', 1]])\n", "  try {\n    assert.deepEqual(frequency('One two. TWO three, three!'), [['three', 2], ['two', 2], ['one', 1]])\n  } catch {\n    // Differs between systems.\n  }\n"]),
    },
  },
  {
    name: 'shadow-the-standard-library', group: 'tests', target: 'python', focus: 'common_length', how: 'prevented',
    why: 'a unittest.py at the root is imported instead of the real one and finds every test in order',
    files: {
      'kit/subsequence.py': narrowCommonLength,
      'unittest.py': `import importlib.util as _util
import pathlib as _pathlib
import sysconfig as _sysconfig

_path = _pathlib.Path(_sysconfig.get_path("stdlib")) / "unittest" / "__init__.py"
_spec = _util.spec_from_file_location("unittest", _path, submodule_search_locations=[str(_path.parent)])
_module = _util.module_from_spec(_spec)
import sys as _sys

_sys.modules["unittest"] = _module
_spec.loader.exec_module(_module)
_module.TestCase.assertEqual = lambda self, first, second, msg=None: None
`,
    },
  },
]
