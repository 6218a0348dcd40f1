export interface Allowed {
  readonly operator: string
  readonly name: string
  /** Defines `std::string run(unsigned seed)`. */
  readonly program: string
  /** Part of what comes out. */
  readonly gives: string
}

export interface Refused {
  readonly operator: string
  readonly name: string
  readonly program: string
}

const draw = `static unsigned next(unsigned& state) { state = state * 1664525u + 1013904223u; return state >> 16; }
static std::vector<int> numbers(unsigned& state) { std::vector<int> v; for (unsigned n = next(state) % 12; n > 0; --n) v.push_back(static_cast<int>(next(state) % 9) - 2); return v; }
static std::string word(unsigned& state) { std::string s; for (unsigned n = next(state) % 5; n > 0; --n) s += static_cast<char>('a' + next(state) % 3); return s; }
static std::string shown(const std::vector<int>& v) { std::string s; for (int x : v) s += std::to_string(x) + ","; return s; }
`
const headers = '#include <algorithm>\n#include <cstring>\n#include <list>\n#include <map>\n#include <set>\n#include <sstream>\n#include <string>\n#include <vector>\n'
const allow = (operator: string, name: string, ...[lines, gives]: readonly [lines: readonly string[], gives: string]): Allowed => ({ operator, name, program: `${headers}${draw}${lines.join('\n')}\n`, gives })
const deny = (operator: string, name: string, ...lines: readonly string[]): Refused => ({ operator, name, program: `${headers}${lines.join('\n')}\n` })

export const allowed: readonly Allowed[] = [
  allow('membership-to-set', 'what both hold', [
    'std::string run(unsigned seed) {', '  const std::vector<int> a = numbers(seed), b = numbers(seed);', '  std::vector<int> out;',
    '  for (int x : a) {', '    if (std::find(b.begin(), b.end(), x) != b.end()) out.push_back(x);', '  }', '  return shown(out);', '}',
  ], '  const std::unordered_set<int> b_set(b.begin(), b.end());\n  for (int x : a) {\n    if (b_set.count(x) != 0) out'),
  allow('membership-to-set', 'of a vector that others hold, with changes of what is its own only', [
    'static std::string both(const std::vector<int>& b, const std::vector<int>& a) {', '  std::vector<int> out;', '  int n = 0;',
    '  for (int x : a) {', '    if (std::find(b.begin(), b.end(), x) != b.end()) { out.push_back(x); n += x; }', '  }', '  return shown(out) + std::to_string(n);', '}',
    'std::string run(unsigned seed) {', '  const std::vector<int> a = numbers(seed);', '  return both(numbers(seed), a);', '}',
  ], 'b_set(b.begin(), b.end())'),
  allow('track-grown-list', 'each once', [
    'std::string run(unsigned seed) {', '  std::vector<int> out;', '  for (int x : numbers(seed)) {', '    if (std::find(out.begin(), out.end(), x) == out.end()) { out.push_back(x); }', '  }', '  return shown(out);', '}',
  ], 'if (out_set.insert(x).second) { out.push_back(x); }'),
  allow('find-once', 'a count that is there', [
    'std::string run(unsigned seed) {', '  std::map<int, int> counts;', '  for (int x : numbers(seed)) counts[x]++;', '  int total = 0;',
    '  for (int i = 0; i < 5; ++i) {', '    if (counts.find(i) != counts.end()) {', '      total += counts[i] * i;', '      counts[i] = 0;', '    }', '  }', '  return std::to_string(total) + std::to_string(counts[1]);', '}',
  ], 'const auto counts_place = counts.find(i);\n    if (counts_place != counts.end()) {\n      total += counts_place->second * i;'),
  allow('find-once', 'of a map that others hold, by a word that others hold', [
    'static int spent(std::map<std::string, int>& m, const std::string& w) {', '  int n = 0;', '  if (m.find(w) != m.end()) {', '    n = m[w] * 2;', '    m[w] = 0;', '  }', '  return n;', '}',
    'std::string run(unsigned seed) {', '  std::map<std::string, int> m;', '  int n = 0;', '  for (int i = 0; i < 9; ++i) { m[word(seed)] += i; n += spent(m, word(seed)); }', '  return std::to_string(n);', '}',
  ], '    m_place->second = 0;'),
  allow('walk-by-reference', 'texts that others hold', [
    'static std::size_t all(const std::vector<std::string>& words) {', '  std::size_t n = 0;', '  for (auto w : words) {', '    n += w.size();', '  }', '  return n;', '}',
    'std::string run(unsigned seed) {', '  std::vector<std::string> words;', '  for (int i = 0; i < 6; ++i) words.push_back(word(seed));', '  return std::to_string(all(words));', '}',
  ], '  for (const auto& w : words) {'),
  allow('walk-by-reference', 'texts that others hold, beside types of its own', [
    'struct Count { int n; Count(int first) { n = first; } int operator+(int more) const { return n + more; } };',
    'static std::size_t all(const std::vector<std::string>& words) {', '  std::size_t n = 0;', '  for (auto w : words) {', '    const auto more = w.size();', '    n += more + 1;', '  }', '  return n;', '}',
    'std::string run(unsigned seed) {', '  std::vector<std::string> words;', '  for (int i = 0; i < 6; ++i) words.push_back(word(seed));', '  const Count count(2);', '  return std::to_string(count + static_cast<int>(all(words)));', '}',
  ], '  for (const auto& w : words) {'),
  allow('insert-front-to-reverse', 'digits', [
    'std::string run(unsigned seed) {', '  std::vector<int> digits;', '  while (seed > 0) {', '    digits.insert(digits.begin(), static_cast<int>(seed % 10));', '    seed /= 10;', '  }', '  return shown(digits);', '}',
  ], '  }\n  std::reverse(digits.begin(), digits.end());\n'),
  allow('map-to-unordered', 'counts by word', [
    'std::string run(unsigned seed) {', '  std::map<std::string, int> counts;', '  int twice = 0;', '  for (int i = 0; i < 20; ++i) {', '    const std::string w = word(seed);', '    auto it = counts.find(w);', '    if (it == counts.end()) counts.emplace(w, 1);', '    else if (++it->second == 2) twice++;', '  }',
    '  return std::to_string(twice) + std::to_string(counts.size()) + std::to_string(counts["a"]);', '}',
  ], '  std::unordered_map<std::string, int> counts;'),
  allow('set-to-unordered', 'what was seen', [
    'std::string run(unsigned seed) {', '  std::set<int> seen;', '  std::vector<int> out;', '  for (int x : numbers(seed)) {', '    if (!seen.insert(x).second) continue;', '    if (seen.count(x + 1) == 0) out.push_back(x);', '  }', '  return shown(out);', '}',
  ], '  std::unordered_set<int> seen;'),
  allow('list-to-vector', 'grows and is walked through', [
    'std::string run(unsigned seed) {', '  std::list<int> kept;', '  for (int x : numbers(seed)) if (x > 0) kept.push_back(x);', '  int total = static_cast<int>(kept.size());', '  for (int x : kept) total = total * 3 + x;', '  return std::to_string(total);', '}',
  ], '  std::vector<int> kept;'),
  allow('vector-to-deque', 'a queue', [
    'std::string run(unsigned seed) {', '  std::vector<int> queue;', '  queue.push_back(1);', '  std::vector<int> out;', '  while (!queue.empty() && out.size() < 40) {', '    const int x = queue.front();', '    queue.erase(queue.begin());', '    out.push_back(x);', '    if (next(seed) % 3 != 0) {', '      queue.push_back(x + 1);', '      queue.push_back(x * 2);', '    }', '  }', '  return shown(out);', '}',
  ], '    queue.pop_front();'),
  allow('hoist-length', 'a text of C', [
    'static int vowels(const char* s) {', '  int n = 0;', '  for (size_t i = 0; i < strlen(s); i++) {', "    if (s[i] == 'a') n++;", '  }', '  return n;', '}', 'std::string run(unsigned seed) {', '  return std::to_string(vowels(word(seed).c_str()));', '}',
  ], '  const size_t s_length = strlen(s);\n  for (size_t i = 0; i < s_length; i++) {'),
  allow('reserve-room', 'one for each', [
    'std::string run(unsigned seed) {', '  const std::vector<int> a = numbers(seed);', '  std::vector<int> out;', '  for (int x : a) {', '    out.push_back(x * 2);', '  }', '  int n = static_cast<int>(next(seed) % 7) - 2;', '  std::vector<int> more;', '  for (int i = 0; i < n; ++i) more.push_back(i);', '  return shown(out) + shown(more);', '}',
  ], '  out.reserve(a.size());\n  for (int x : a) {'),
  allow('pass-by-reference', 'a text and a list', [
    'static int same(std::string s, const std::vector<int> v) {', '  int n = 0;', '  for (std::size_t i = 0; i < v.size(); ++i) if (v[i] > 1 && s.size() > i) n += s[i];', '  return n;', '}', 'std::string run(unsigned seed) {', '  return std::to_string(same(word(seed), numbers(seed)));', '}',
  ], 'same(const std::string& s, const'),
  allow('pass-by-reference', 'with a change of something else, and of what was given when it is over', [
    'static std::string current = "abc";', 'static int spent(std::string s) {', '  std::string own;', '  own += s;', '  own.push_back(s[0]);', '  const int n = static_cast<int>(own.size());', '  current = "";', '  return n;', '}', 'std::string run(unsigned seed) {', '  current = word(seed) + "x";', '  return std::to_string(spent(current)) + current;', '}',
  ], 'spent(const std::string& s)'),
  allow('walk-by-reference', 'texts', [
    'std::string run(unsigned seed) {', '  std::vector<std::string> words;', '  for (int i = 0; i < 6; ++i) words.push_back(word(seed));', '  std::size_t n = 0;', '  for (auto w : words) {', '    if (w == "ab" || w.size() > 2) n += w.size();', '  }', '  return std::to_string(n);', '}',
  ], '  for (const auto& w : words) {'),
  allow('append-in-place', 'a text', [
    'std::string run(unsigned seed) {', '  std::string s;', '  for (int x : numbers(seed)) {', '    s = s + std::to_string(x);', '    s = s + "," + \'-\';', '  }', '  return s;', '}',
  ], '    s += std::to_string(x);'),
  allow('append-in-place', 'with more than one that is its own', [
    'static void grow(std::string& s, const std::string& t) {', '  std::string own = t;', '  s = s + own + \'-\' + own;', '  s = s + t;', '}',
    'std::string run(unsigned seed) {', '  std::string s = word(seed);', '  grow(s, word(seed));', '  grow(s, s);', '  return s;', '}',
  ], '((s += own) += \'-\') += own;'),
  allow('write-once', 'lines', [
    'std::string run(unsigned seed) {', '  std::ostringstream out;', '  for (int x : numbers(seed)) out << x << std::endl;', '  out << "end" << std::endl;', '  return out.str();', '}',
  ], "out << x << '\\n';"),
]

const inLoop = (...body: readonly string[]): readonly string[] => ['void f(std::vector<int> a, std::vector<int> b, int n) {', '  std::vector<int> out;', '  for (int x : a) {', ...body.map((line) => `    ${line}`), '  }', '}']
const isIn = 'if (std::find(b.begin(), b.end(), x) != b.end())'

export const refused: readonly Refused[] = [
  deny('membership-to-set', 'the vector grows', ...inLoop(`${isIn} b.push_back(x + 1);`)),
  deny('membership-to-set', 'it is handed on', ...inLoop(`${isIn} change(b);`)),
  deny('membership-to-set', 'another type is looked for', 'void f(std::vector<int> b, std::vector<long> a) {', '  for (long x : a) {', `    ${isIn} g();`, '  }', '}'),
  deny('membership-to-set', 'numbers with fractions', 'void f(std::vector<double> b, std::vector<double> a) {', '  for (double x : a) {', `    ${isIn} g();`, '  }', '}'),
  deny('membership-to-set', 'nothing repeats it', 'bool f(std::vector<int> b, int x) {', '  return std::find(b.begin(), b.end(), x) != b.end();', '}'),
  deny('membership-to-set', 'in a lambda', 'void f(std::vector<int> b, std::vector<int> a) {', `  for (int x : a) { g([&] { ${isIn} h(); }); }`, '}'),
  deny('track-grown-list', 'something else is pushed', ...inLoop('if (std::find(out.begin(), out.end(), x) == out.end()) out.push_back(x + 1);')),
  deny('track-grown-list', 'something is taken away', ...inLoop('if (std::find(out.begin(), out.end(), x) == out.end()) out.push_back(x);', 'if (n > 3) out.pop_back();')),
  deny('find-once', 'the branch fills the map', 'int f(std::map<int, int> m, int k) {', '  if (m.find(k) != m.end()) { m[k + 1] = 2; return m[k]; }', '  return 0;', '}'),
  deny('find-once', 'the key changes', 'int f(std::map<int, int> m, int k) {', '  if (m.find(k) != m.end()) { k++; return m[k]; }', '  return 0;', '}'),
  deny('insert-front-to-reverse', 'it is looked at', ...inLoop('out.insert(out.begin(), x);', 'n += out.size();')),
  deny('insert-front-to-reverse', 'the loop is left', 'std::vector<int> f(int n) {', '  std::vector<int> out;', '  while (n > 0) {', '    out.insert(out.begin(), n--);', '    if (n == 3) return out;', '  }', '  return out;', '}'),
  deny('map-to-unordered', 'it is walked through', 'int f() {', '  std::map<int, int> m;', '  m[1] = 2;', '  for (auto& entry : m) return entry.first;', '  return 0;', '}'),
  deny('map-to-unordered', 'its first is asked for', 'int f() {', '  std::map<int, int> m;', '  m[1] = 2;', '  return m.begin()->first;', '}'),
  deny('map-to-unordered', 'it is given away', 'std::map<int, int> f() {', '  std::map<int, int> m;', '  m[1] = 2;', '  return m;', '}'),
  deny('map-to-unordered', 'keys of the program', 'struct Key { int a; };', 'int f() {', '  std::map<Key, int> m;', '  return m.size();', '}'),
  deny('map-to-unordered', 'the place found is moved on', 'int f() {', '  std::map<int, int> m;', '  auto it = m.find(2);', '  ++it;', '  return it->first;', '}'),
  deny('map-to-unordered', 'a neighbour of the place found', 'int f() {', '  std::map<int, int> m;', '  auto it = m.find(2);', '  return std::next(it)->first;', '}'),
  deny('map-to-unordered', 'the map grows between finding and using', 'int f() {', '  std::map<int, int> m;', '  auto it = m.find(2);', '  m[3] = 1;', '  return it->second;', '}'),
  deny('map-to-unordered', 'an order of its own', 'int f() {', '  std::map<int, int, std::greater<int>> m;', '  return m.size();', '}'),
  deny('set-to-unordered', 'a bound is asked for', 'int f() {', '  std::set<int> s;', '  return *s.lower_bound(2);', '}'),
  deny('list-to-vector', 'something is put in front', 'int f() {', '  std::list<int> l;', '  l.push_front(1);', '  return l.size();', '}'),
  deny('list-to-vector', 'somebody holds an element', 'int f() {', '  std::list<int> l;', '  l.push_back(1);', '  int& first = l.front();', '  l.push_back(2);', '  return first;', '}'),
  deny('list-to-vector', 'it grows while it is walked through', 'int f() {', '  std::list<int> l;', '  l.push_back(1);', '  for (int x : l) { if (x < 9) l.push_back(x + 1); }', '  return l.size();', '}'),
  deny('list-to-vector', 'it is emptied while it is walked through', 'int f() {', '  std::list<int> l;', '  for (int x : l) l.clear();', '  return l.size();', '}'),
  deny('list-to-vector', 'an iterator walks through it', 'int f() {', '  std::list<int> l;', '  for (auto it = l.begin(); it != l.end(); ++it) l.push_back(*it);', '  return l.size();', '}'),
  deny('list-to-vector', 'the address of an element is kept', 'int f() {', '  std::list<int> l;', '  l.push_back(1);', '  int* p = nullptr;', '  for (int& x : l) p = &x;', '  l.push_back(2);', '  return *p;', '}'),
  deny('vector-to-deque', 'its memory is asked for', 'int f() {', '  std::vector<int> q;', '  q.push_back(1);', '  q.erase(q.begin());', '  return *q.data();', '}'),
  deny('vector-to-deque', 'it is given away', 'std::vector<int> f() {', '  std::vector<int> q;', '  q.push_back(1);', '  q.erase(q.begin());', '  return q;', '}'),
  deny('vector-to-deque', 'something in the middle goes', 'int f() {', '  std::vector<int> q;', '  q.erase(q.begin() + 1);', '  return q.size();', '}'),
  deny('hoist-length', 'the text changes', 'void f(char* s) {', "  for (size_t i = 0; i < strlen(s); i++) { s[i] = 'a'; }", '}'),
  deny('hoist-length', 'another text is written', 'void f(const char* s, char* t) {', '  for (size_t i = 0; i < strlen(s); i++) { t[i] = s[i]; }', '}'),
  deny('hoist-length', 'the name moves on', 'void f(const char* s) {', '  while (0 < strlen(s)) { s++; }', '}'),
  deny('hoist-length', 'somebody else is called', 'void f(const char* s) {', '  for (size_t i = 0; i < strlen(s); i++) { g(); }', '}'),
  deny('find-once', 'another name for the map takes the entry away', 'int f(int k) {', '  std::map<int, int> m;', '  m[k] = 1;', '  auto& c = m;', '  if (m.find(k) != m.end()) {', '    c.erase(k);', '    return m[k];', '  }', '  return 0;', '}'),
  deny('find-once', 'the address of the map was given away', 'int f(int k) {', '  std::map<int, int> m;', '  keep(&m);', '  if (m.find(k) != m.end()) {', '    drop(k);', '    return m[k];', '  }', '  return 0;', '}'),
  deny('find-once', 'somebody who may have the map too is called', 'int f(std::map<int, int>& m, int k) {', '  if (m.find(k) != m.end()) {', '    drop(k);', '    return m[k];', '  }', '  return 0;', '}'),
  deny('find-once', 'what the key stands for is changed', 'int f(std::map<int, int> m) {', '  int total = 1;', '  int& k = total;', '  if (m.find(k) != m.end()) {', '    total += m[k];', '    total += m[k];', '  }', '  return total;', '}'),
  deny('find-once', 'the key has another name by which it is changed', 'int f(std::map<int, int> m, int k) {', '  int* other = &k;', '  if (m.find(k) != m.end()) {', '    *other += m[k];', '    return m[k];', '  }', '  return 0;', '}'),
  deny('find-once', 'the key may be what the map holds', 'int f(std::map<int, int>& m, const int& k) {', '  if (m.find(k) != m.end()) {', '    m[k] = 7;', '    return m[k];', '  }', '  return 0;', '}'),
  deny('reserve-room', 'only some are kept', ...inLoop('if (x > 1) out.push_back(x);')),
  deny('reserve-room', 'it has its room', 'void f(std::vector<int> a) {', '  std::vector<int> out;', '  out.reserve(a.size());', '  for (int x : a) { out.push_back(x); }', '}'),
  deny('reserve-room', 'the bound moves', 'void f(int n) {', '  std::vector<int> out;', '  for (int i = 0; i < n; ++i) { out.push_back(i); n--; }', '}'),
  deny('pass-by-reference', 'it is changed', 'static int f(std::string s) {', '  s += "a";', '  return s.size();', '}'),
  deny('pass-by-reference', 'it is moved on', 'static std::string f(std::string s) {', '  return g(std::move(s));', '}'),
  deny('pass-by-reference', 'it is declared elsewhere', 'int f(std::string s) {', '  return s.size();', '}'),
  deny('pass-by-reference', 'its address is taken', 'static int f(std::string s) {', '  return s.size();', '}', 'auto g = &f;'),
  deny('pass-by-reference', 'another parameter may be the same', 'static void f(std::string s, std::string& t) {', '  t = s + s;', '}'),
  deny('pass-by-reference', 'a method that may change what it is given', 'struct A {', '  std::string n;', '  void f(std::string s) { n.clear(); n = s; }', '};'),
  deny('pass-by-reference', 'elements are changed', 'static void f(std::vector<int> v) {', '  v[0] = 1;', '  for (auto& x : v) x++;', '}'),
  deny('pass-by-reference', 'what it was given is assigned', 'static std::string current;', 'static int f(std::string s) {', '  current = "a";', '  return s.size();', '}'),
  deny('pass-by-reference', 'somebody is called who may change what it was given', 'static std::string current;', 'static int enter(std::string s) {', '  leave();', '  return s.size();', '}', 'int g() { return enter(current); }'),
  deny('pass-by-reference', 'what it was given is moved or swapped away', 'static std::string current;', 'static int f(std::string s) {', '  std::string own = std::move(current);', '  return s.size();', '}', 'static int g(std::string s) {', '  std::string own;', '  own.swap(current);', '  return s.size();', '}'),
  deny('pass-by-reference', 'a member is assigned', 'struct A {', '  mutable std::string n;', '  int f(std::string s) const { n = ""; return s.size(); }', '};'),
  deny('pass-by-reference', 'a loop comes back to it', 'static std::string current;', 'static int f(std::string s, int n) {', '  for (int i = 0; i < n; ++i) { if (s.size() > 3) return i; current = "long enough"; }', '  return n;', '}'),
  deny('pass-by-reference', 'a local name for what it was given is assigned', 'static std::string current;', 'static int f(std::string s) {', '  std::string& own = current;', '  own = "a";', '  return s.size();', '}'),
  deny('membership-to-set', 'another name for the vector grows', 'void f(std::vector<int> a) {', '  std::vector<int> b;', '  auto& c = b;', '  for (int x : a) {', `    ${isIn} c.push_back(x);`, '  }', '}'),
  deny('membership-to-set', 'others hold the vector too', 'void f(const std::vector<int>& b, std::vector<int> a) {', '  for (int x : a) {', `    ${isIn} g(x);`, '  }', '}'),
  deny('walk-by-reference', 'the element is changed', 'void f(std::vector<std::string> v) {', '  for (auto x : v) { x += "a"; }', '}'),
  deny('walk-by-reference', 'the container is changed', 'void f(std::vector<std::string> v) {', '  for (auto x : v) { v[0] = "a"; if (x == "b") g(); }', '}'),
  deny('walk-by-reference', 'numbers', 'int f(std::vector<int> v) {', '  int n = 0;', '  for (auto x : v) n += x;', '  return n;', '}'),
  deny('walk-by-reference', 'another name for the container is changed', 'std::size_t f() {', '  std::vector<std::string> v(2, "ab");', '  auto& c = v;', '  std::size_t n = 0;', '  for (auto x : v) {', '    c[0] = "";', '    n += x.size();', '  }', '  return n;', '}'),
  deny('walk-by-reference', 'a name for an element is changed', 'std::size_t f() {', '  std::vector<std::string> v(2, "ab");', '  std::string& first = v[0];', '  std::size_t n = 0;', '  for (auto x : v) {', '    first = "";', '    n += x.size();', '  }', '  return n;', '}'),
  deny('walk-by-reference', 'somebody who may have the container too is called', 'std::size_t f(const std::vector<std::string>& v) {', '  std::size_t n = 0;', '  for (auto x : v) {', '    drop();', '    n += x.size();', '  }', '  return n;', '}'),
  deny('walk-by-reference', 'the container was given away in an earlier round', 'std::size_t f() {', '  std::vector<std::string> v(2, "ab");', '  std::size_t n = 0;', '  for (int i = 0; i < 2; ++i) {', '    for (auto x : v) {', '      drop();', '      n += x.size();', '    }', '    keep(&v);', '  }', '  return n;', '}'),
  deny('membership-to-set', 'the vector was given away in an earlier round', 'void f(std::vector<int> a) {', '  std::vector<int> b;', '  while (true) {', '    for (int x : a) {', '      if (std::find(b.begin(), b.end(), x) != b.end()) g();', '    }', '    keep(&b);', '  }', '}'),
  deny('find-once', 'the key may lie in a field of the entry', 'struct Entry { std::string next; int n; };', 'static int step(std::map<std::string, Entry>& m, const std::string& k) {', '  if (m.find(k) != m.end()) {', '    m[k].next = "b";', '    return m[k].n;', '  }', '  return 0;', '}'),
  deny('find-once', 'the key may be what the map holds, by another name of its type', 'typedef int Id;', 'static int step(std::map<int, int>& m, const Id& k) {', '  if (m.find(k) != m.end()) {', '    m[k] = 7;', '    return m[k];', '  }', '  return 0;', '}'),
  deny('find-once', 'the key may be what the map holds, by another name of the same number', 'static int step(std::map<unsigned long, unsigned long>& m, const size_t& k) {', '  if (m.find(k) != m.end()) {', '    m[k] = 7;', '    return m[k];', '  }', '  return 0;', '}'),
  deny('find-once', 'the key may lie in a pair that the map holds', 'static int step(std::map<int, std::pair<int, int>>& m, const int& k) {', '  if (m.find(k) != m.end()) {', '    m[k].first = 7;', '    return m[k].second;', '  }', '  return 0;', '}'),
  deny('find-once', 'an operator takes the entry away', 'struct D { std::map<int, int>& m; int operator+(int k) { m.erase(k); return 0; } };', 'static int f(std::map<int, int>& m, D& d, int k) {', '  if (m.find(k) != m.end()) { int z = d + k; return m[k] + z; }', '  return 0;', '}'),
  deny('find-once', 'what is made takes the entry away', 'static std::map<int, int>* held;', 'struct D { D(int k) { held->erase(k); } };', 'static int f(std::map<int, int>& m, int k) {', '  if (m.find(k) != m.end()) { D d(k); return m[k]; }', '  return 0;', '}'),
  deny('membership-to-set', 'an operator makes it grow', 'struct D { std::vector<int>& v; void operator<<(int k) { v.push_back(k); } };', 'void f(const std::vector<int>& b, const std::vector<int>& a, D& d) {', '  for (int x : a) {', `    ${isIn} d << x;`, '  }', '}'),
  deny('membership-to-set', 'an operator of a header makes it grow', '#include "sink.h"', 'void f(const std::vector<int>& b, const std::vector<int>& a, Sink& d) {', '  for (int x : a) {', `    ${isIn} d << x;`, '  }', '}'),
  deny('walk-by-reference', 'an operator changes the element', 'struct D { std::vector<std::string>& v; int operator+(int k) { v[0] = ""; return k; } };', 'static std::size_t f(const std::vector<std::string>& v, D& d) {', '  std::size_t n = 0;', '  for (auto w : v) { n += d + 1; n += w.size(); }', '  return n;', '}'),
  deny('walk-by-reference', 'what ends changes the element', 'static std::vector<std::string>* held;', 'struct D { int n; ~D() { (*held)[0] = ""; } };', 'static std::size_t f(const std::vector<std::string>& v) {', '  std::size_t n = 0;', '  for (auto w : v) { { D d{1}; } n += w.size(); }', '  return n;', '}'),
  deny('walk-by-reference', 'a conversion changes the element', 'struct D { std::vector<std::string>& v; operator bool() { v[0] = ""; return true; } };', 'static std::size_t f(const std::vector<std::string>& v, D d) {', '  std::size_t n = 0;', '  for (auto w : v) { if (d) n += w.size(); }', '  return n;', '}'),
  deny('pass-by-reference', 'an operator changes what it was given', 'static std::string current;', 'struct D { int n; int operator[](int k) { current = ""; return k; } };', 'static int f(std::string s, D d) {', '  return d[1] + s.size();', '}'),
  deny('pass-by-reference', 'an operator on what the library knows no sum of', 'static std::string current;', 'static int operator*(const std::string& s, int n) { current = ""; return n; }', 'static int f(std::string s, std::string t) {', '  int n = t * 2;', '  return n + s.size();', '}'),
  deny('append-in-place', 'it is added to itself by another name, with more', 'std::string f() {', '  std::string s = "a";', '  std::string& r = s;', '  s = s + "b" + r;', '  return s;', '}'),
  deny('append-in-place', 'it may be added to itself by the name of a parameter', 'void f(std::string& s, const std::string& t) {', '  s = s + "b" + t;', '}'),
  deny('append-in-place', 'a pointer into it is added', 'std::string f() {', '  std::string s = "a";', '  const char* p = s.c_str();', '  s = s + "b" + p;', '  return s;', '}'),
  deny('append-in-place', 'a pointer into it is all that is added', 'std::string f() {', '  std::string s = "a";', '  const char* p = s.c_str();', '  s = s + p;', '  return s;', '}'),
  deny('append-in-place', 'a letter of it is added by another name', 'std::string f() {', '  std::string s = "a";', '  char& c = s[0];', '  s = s + "b" + c;', '  return s;', '}'),
  deny('append-in-place', 'what is no variable of the function is added', 'struct A {', '  std::string n;', '  void f() {', '    std::string& s = n;', '    s = s + "b" + n;', '  }', '};'),
  deny('find-once', 'what is made keeps the map and what is made then takes the entry away', 'static std::map<int, int>* held;', 'struct Holder { Holder(std::map<int, int>& m) { held = &m; } };', 'struct Dropper { Dropper(int k) { held->erase(k); } };', 'static int f(int k) {', '  std::map<int, int> m;', '  m[1] = 4;', '  Holder h(m);', '  if (m.find(k) != m.end()) { Dropper d(k); return m[k]; }', '  return 0;', '}'),
  deny('map-to-unordered', 'what is made keeps the map', 'struct Holder { Holder(std::map<int, int>& m) { m[1] = 2; } };', 'static int f() {', '  std::map<int, int> m;', '  Holder h(m);', '  return m[1];', '}'),
  deny('append-in-place', 'no text', 'void f(int s) {', '  s = s + 1;', '}'),
  deny('append-in-place', 'it stands at the end', 'void f(std::string s) {', '  s = "a" + s;', '}'),
  deny('append-in-place', 'it is added to itself with more', 'void f(std::string s) {', '  s = s + "a" + s;', '}'),
  deny('write-once', 'nothing repeats it', 'void f() {', '  std::cout << std::endl;', '}'),
  deny('write-once', 'the program may end in between', 'void f() {', '  for (;;) std::cout << std::endl;', '  abort();', '}'),
]
