import { additions } from './policy-case.ts'

const before = '#include <vector>\n\nint total(const std::vector<int>& items) {\n  int sum = 0;\n  for (int item : items) sum += item;\n  return sum;\n}\n'

export const cppCases = additions('src/total.cpp', before, {
  allow: {
    'a helper': 'static int twice(int x) { return 2 * x; }\nint both(int a) { return twice(a); }',
    'a template': 'template <typename T>\nT largest(const std::vector<T>& items) {\n  T best = items.front();\n  for (const T& item : items) if (best < item) best = item;\n  return best;\n}',
    'a constant table': 'static constexpr int days[] = {31, 28, 31};\nint daysOf(int month) { return days[month]; }',
    'reserve': 'std::vector<int> squares(int n) {\n  std::vector<int> out;\n  out.reserve(n);\n  for (int i = 0; i < n; i++) out.push_back(i * i);\n  return out;\n}',
    'a smart pointer': '#include <memory>\nstd::unique_ptr<int> made() { return std::make_unique<int>(1); }',
  },
  deny: {
    'starts a process': '#include <cstdlib>\nint go() { return system("ls"); }',
    'forks': '#include <unistd.h>\nint go() { return fork(); }',
    'reads the environment': '#include <cstdlib>\nconst char* key() { return getenv("KEY"); }',
    'opens a socket': '#include <sys/socket.h>\nint s() { return socket(2, 1, 0); }',
    'reads a file': '#include <fstream>\nstd::ifstream in("x");',
    'loads code': '#include <dlfcn.h>\nvoid* h() { return dlopen("x.so", 1); }',
    'ends the process': '#include <cstdlib>\nvoid stop() { _exit(0); }',
    'redefines assert': '#define assert(x)',
    'holds assembly': 'void f() { asm("nop"); }',
    'tunes the compiler': '#pragma GCC optimize("Ofast")',
  },
  evasion: {
    'a process by a qualified name': '#include <cstdlib>\nint go() { return ::std::system("ls"); }',
    'a process by a pointer': '#include <cstdlib>\nint (*look)(const char*) = system;',
    'a process by a macro': '#include <cstdlib>\n#define LOOK sys##tem\nint go() { return std::system("ls"); }',
    'a process by pasted tokens': '#define JOIN(a, b) a##b\nint JOIN(sys, tem)(const char*);\nint go() { return JOIN(sys, tem)("ls"); }',
    'a process by its own declaration': 'extern "C" int system(const char*);\nint go() { return system("ls"); }',
    'a process by a label': 'extern "C" int look(const char*) __asm__("system");',
    'the environment by environ': 'extern char** environ;\nchar* first() { return environ[0]; }',
    'the kernel directly': '#include <unistd.h>\nlong s() { return syscall(57); }',
    'an initialiser before main': '__attribute__((constructor)) void early() {}',
    'a replaced allocator': '#include <cstddef>\nvoid* operator new(std::size_t n) { static char pool[1 << 20]; return pool; }',
    'assert by NDEBUG': '#define NDEBUG',
    'assert by undef': '#undef assert\n#define assert(...) ((void)0)',
    'a word of the language redefined': '#define if while',
    'an include of another file': '#include "../test/expected.inc"',
    'a file by incbin': '__asm__(".incbin \\"/etc/passwd\\"");',
    'trigraphs and splices': 'int go() { return sys\\\ntem("ls"); }\nint system(const char*);',
    'letters by their numbers': 'int sy\\u0073tem(const char*);\nint go() { return sy\\u0073tem("ls"); }',
    'a clock of its own': '#include <ctime>\nint clock_gettime(clockid_t, timespec* t) { t->tv_sec = 0; return 0; }',
    'hidden text in a comment': '/* \u202e } \u2066if (admin)\u2069 \u2066 begin */',
    'a clock in a namespace that is none': 'namespace util {\nextern "C" double clock(int x) { return 0; }\n}',
    'a check of one’s own that looks at nothing': '#define CHECK_TOTAL(x) ((void)(x), true)',
    'a signal handler': '#include <csignal>\nvoid h(int) {}\nauto old = std::signal(11, h);',
  },
})
