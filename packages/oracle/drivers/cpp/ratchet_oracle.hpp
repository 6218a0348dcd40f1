// Calls one C or C++ function with cases from standard input and answers on descriptor 3, one line of tagged JSON a case.
//
// The first line is {"spec": ...}, answered by {"ready":true}; every further line is a case. The root process reads and answers; the
// calls happen in a worker, so that a crash, an abort or a sanitizer's report is the answer to one case and not the end. What the
// function prints becomes a digest. Both sides of a comparison compile this same file, and the comparison happens elsewhere.
#pragma once
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cxxabi.h>
#include <exception>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>

#include "ratchet_function.hpp"

namespace ratchet {

constexpr int answerDescriptor = 3;
constexpr int caseSeconds = 20;

[[noreturn]] inline void give_up(const char* why) {
  dprintf(2, "oracle driver: %s\n", why);
  _exit(70);
}

/// Lines of a descriptor, without any stream that the code under test could share.
class Lines {
 public:
  explicit Lines(int descriptor) : descriptor_(descriptor) {}
  enum class Got { line, end, late };
  Got next(std::string& line, int milliseconds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    for (;;) {
      const std::size_t feed = pending_.find('\n');
      if (feed != std::string::npos) {
        line = pending_.substr(0, feed);
        pending_.erase(0, feed + 1);
        return Got::line;
      }
      int wait = -1;
      if (milliseconds >= 0) {
        wait = static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count());
        if (wait < 0) return Got::late;
      }
      pollfd waiting{descriptor_, POLLIN, 0};
      const int ready = poll(&waiting, 1, wait);
      if (ready == 0) return Got::late;
      char chunk[1 << 16];
      const ssize_t size = ready < 0 ? -1 : ::read(descriptor_, chunk, sizeof chunk);
      if (size < 0 && errno == EINTR) continue;
      if (size <= 0) return Got::end;
      pending_.append(chunk, static_cast<std::size_t>(size));
    }
  }

 private:
  int descriptor_;
  std::string pending_;
};

inline bool send(int descriptor, std::string line) {
  line += '\n';
  for (std::size_t at = 0; at < line.size();) {
    const ssize_t size = ::write(descriptor, line.data() + at, line.size() - at);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    at += static_cast<std::size_t>(size);
  }
  return true;
}

enum class Errors { nameAndMessage, name, any };

struct Settings {
  Errors errors = Errors::nameAndMessage;
  int output = -1;
};

inline std::string thrownText(const Settings& settings, const std::string& name, const char* message) {
  if (settings.errors == Errors::any) return "\"thrown\":{\"name\":\"error\",\"message\":null}";
  std::string text = "\"thrown\":{\"name\":";
  quote(text, name);
  text += ",\"message\":";
  if (message == nullptr || settings.errors == Errors::name) text += "null";
  else writeText(text, message);
  return text + "}";
}

inline std::string typeName(const std::type_info* type) {
  if (type == nullptr) return "unknown";
  int status = 0;
  char* plain = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
  std::string name = status == 0 && plain != nullptr ? plain : type->name();
  std::free(plain);
  return name;
}

/// Digest of what was printed since the last call; empty for nothing.
inline std::string printed(int descriptor) {
  std::fflush(nullptr);
  std::uint64_t hash = 0xCBF29CE484222325u;
  char chunk[1 << 14];
  off_t at = 0;
  for (ssize_t size; (size = pread(descriptor, chunk, sizeof chunk, at)) > 0; at += size)
    for (ssize_t index = 0; index < size; ++index) hash = (hash ^ static_cast<unsigned char>(chunk[index])) * 0x100000001B3u;
  if (at == 0) return "";
  if (ftruncate(descriptor, 0) != 0) give_up("the output cannot be cleared");
  lseek(descriptor, 0, SEEK_SET);
  char text[64];
  std::snprintf(text, sizeof text, ",\"output\":\"%016llx-%lld\"", static_cast<unsigned long long>(hash), static_cast<long long>(at));
  return text;
}

template <typename T> void reverse(T& value) {
  if constexpr (IsRange<T>::value && !IsKeyed<T>::value) std::reverse(value.begin(), value.end());
}
template <typename T> void reverse(Buffer<T>& value) { std::reverse(value.begin(), value.end()); }
inline void reverse(std::string&) {}

/// One case: its arguments are read before anything of the function runs.
class Call {
 public:
  Call(const Json& json, const Settings& settings, bool quiet) : json_(json), settings_(settings), quiet_(quiet) {}

  /// More arguments than the function takes cannot be passed at all.
  void expect(std::size_t count) const {
    if (json_.at("args").items.size() != count) throw Skip{"another number of arguments"};
  }

  template <typename T> T argument(std::size_t index) const { return from<T>("args", index); }
  template <typename T> T construct(std::size_t index) const { return from<T>("construct", index); }

  /// Calls once, or twice where the case repeats; `args` are what the call may change.
  template <typename F, typename... Args> void run(const F& function, Args&... args) {
    if (quiet_) return spare(function);
    outcome(function, args...);
    const Json* repeat = json_.find("repeat");
    if (repeat == nullptr) return;
    if (repeat->text == "changed") (reverse(args), ...);
    answer += ",\"again\":{";
    first_ = true;
    outcome(function, args...);
    answer += '}';
  }

  std::string answer;

 private:
  const Json& json_;
  const Settings& settings_;
  bool first_ = false;
  bool quiet_;

  /// A call that exists for its processor time; its value is handed to nothing, but must not be optimised away.
  template <typename F> static void spare(const F& function) {
    try {
      if constexpr (std::is_void_v<decltype(function())>) {
        function();
      } else {
        decltype(auto) value = function();
        asm volatile("" : : "g"(&value) : "memory");
      }
    } catch (...) {
      asm volatile("");
    }
  }

  template <typename T> T from(const char* list, std::size_t index) const {
    const Json* values = json_.find(list);
    if (values == nullptr || index >= values->items.size()) throw Skip{"an argument is missing"};
    return ratchet::read<T>(values->items[index]);
  }

  void part(const std::string& text) {
    if (!first_) answer += ',';
    first_ = false;
    answer += text;
  }

  template <typename F, typename... Args> void outcome(const F& function, Args&... args) {
    const std::string before = listText(args...);
    try {
      std::string result = "\"result\":";
      if constexpr (std::is_void_v<decltype(function())>) {
        function();
        result += "{\"$\":\"undefined\"}";
      } else {
        decltype(auto) value = function();
        ratchet::write<std::decay_t<decltype(value)>>(result, value);
      }
      part(result);
    } catch (const std::exception& error) {
      part(thrownText(settings_, typeName(&typeid(error)), error.what()));
    } catch (...) {
      part(thrownText(settings_, typeName(abi::__cxa_current_exception_type()), nullptr));
    }
    const std::string after = listText(args...);
    answer += before == after ? ",\"mutated\":null" : ",\"mutated\":" + after;
    answer += printed(settings_.output);
  }
};

using Target = void (*)(Call&);

inline std::string head(const Json& json) {
  std::string text = "{\"case\":";
  writeText(text, json.at("id").text);
  text += ",\"class\":";
  writeText(text, json.at("class").text);
  return text + ",";
}

inline std::string answerTo(const Json& json, const Settings& settings, Target target) {
  std::string answer = head(json);
  const Json* times = json.find("times");
  Call call(json, settings, false);
  try {
    for (long more = times == nullptr ? 0 : readInteger<long>(*times) - 1; more > 0; --more) {
      Call spare(json, settings, true);
      target(spare);
    }
    target(call);
    // `run` separates its parts by commas, the first one included.
    answer += call.answer.substr(1);
  } catch (const Skip& skip) {
    answer += "\"skipped\":";
    writeText(answer, skip.why);
  }
  return answer + "}";
}

[[noreturn]] inline void work(int cases, int answers, const Settings& settings, Target target) {
  Lines lines(cases);
  std::string line;
  while (lines.next(line, -1) == Lines::Got::line)
    if (!send(answers, answerTo(Reader(line).read(), settings, target))) break;
  // No destructor of a static and no handler of the module runs after the last answer.
  _exit(0);
}

/// Name of the sanitizer and of what it found, from the last line of its report; empty where there is none.
inline std::string finding(int descriptor) {
  const off_t size = lseek(descriptor, 0, SEEK_END);
  const off_t from = size > 65536 ? size - 65536 : 0;
  std::string text(static_cast<std::size_t>(size - from), '\0');
  if (pread(descriptor, text.data(), text.size(), from) < 0) return "";
  const std::size_t summary = text.rfind("SUMMARY: ");
  if (summary == std::string::npos) return text.find(": runtime error: ") == std::string::npos ? "" : "UndefinedBehaviorSanitizer";
  const std::size_t start = summary + 9, colon = text.find(": ", start);
  if (colon == std::string::npos) return "";
  const std::size_t end = text.find_first_of(" \n", colon + 2);
  return text.substr(start, colon - start) + " " + text.substr(colon + 2, end == std::string::npos ? end : end - colon - 2);
}

inline std::string endingOf(int status, int output) {
  const std::string found = finding(output);
  if (!found.empty()) return found;
  if (!WIFSIGNALED(status)) return "exit " + std::to_string(WEXITSTATUS(status));
  switch (WTERMSIG(status)) {
    case SIGSEGV: case SIGBUS: return "SIGSEGV";
    case SIGABRT: return "SIGABRT";
    case SIGFPE: return "SIGFPE";
    case SIGILL: case SIGTRAP: return "SIGILL";
    default: return "signal " + std::to_string(WTERMSIG(status));
  }
}

class Root {
 public:
  Root(Settings settings, Target target) : settings_(settings), target_(target) {}

  std::string answer(const std::string& line) {
    if (worker_ <= 0) start();
    std::string answer;
    const bool sent = send(cases_, line);
    const Lines::Got got = sent ? answers_.next(answer, caseSeconds * 1000) : Lines::Got::end;
    if (got == Lines::Got::line) return answer;
    if (got == Lines::Got::late) kill(worker_, SIGKILL);
    const int status = stop();
    const std::string name = got == Lines::Got::late ? "timeout" : endingOf(status, settings_.output);
    if (ftruncate(settings_.output, 0) != 0) give_up("the output cannot be cleared");
    lseek(settings_.output, 0, SEEK_SET);
    const std::string text = head(Reader(line).read());
    return text + thrownText(settings_, "crash: " + name, nullptr) + ",\"mutated\":null}";
  }

  int stop() {
    if (worker_ <= 0) return 0;
    close(cases_);
    int status = 0;
    while (waitpid(worker_, &status, 0) < 0 && errno == EINTR) continue;
    close(read_);
    worker_ = 0;
    return status;
  }

 private:
  Settings settings_;
  Target target_;
  pid_t worker_ = 0;
  int cases_ = -1;
  int read_ = -1;
  Lines answers_{-1};

  void start() {
    int to[2], back[2];
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(back, O_CLOEXEC) != 0) give_up("no pipe");
    worker_ = fork();
    if (worker_ < 0) give_up("no process");
    if (worker_ == 0) {
      close(to[1]);
      close(back[0]);
      close(root);
      close(input);
      work(to[0], back[1], settings_, target_);
    }
    close(to[0]);
    close(back[1]);
    cases_ = to[1];
    read_ = back[0];
    answers_ = Lines(read_);
  }

 public:
  /// Descriptors that only the root may keep.
  int root = -1;
  int input = -1;
};

inline Settings settingsOf(const std::string& line) {
  Settings settings;
  const Json json = Reader(line).read();
  const Json& spec = json.at("spec");
  if (const Json* errors = spec.find("errors"))
    settings.errors = errors->text == "any" ? Errors::any : errors->text == "name" ? Errors::name : Errors::nameAndMessage;
  if (const Json* tolerance = spec.find("tolerance")) {
    const double relative = std::strtod(tolerance->at("relative").text.c_str(), nullptr);
    digits = std::max(1, static_cast<int>(std::floor(-std::log10(relative) + 1e-9)));
  }
  return settings;
}

inline int serve(Target target) {
  const int input = fcntl(0, F_DUPFD_CLOEXEC, 20), output = fcntl(answerDescriptor, F_DUPFD_CLOEXEC, 20);
  const int captured = memfd_create("output", MFD_CLOEXEC), nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (input < 0 || output < 0 || captured < 0 || nothing < 0) give_up("a descriptor is missing");
  close(answerDescriptor);
  dup2(nothing, 0);
  dup2(captured, 1);
  dup2(captured, 2);
  std::signal(SIGPIPE, SIG_IGN);
  Lines lines(input);
  std::string line;
  if (lines.next(line, -1) != Lines::Got::line) return 0;
  Settings settings = settingsOf(line);
  settings.output = captured;
  Root root(settings, target);
  root.root = output;
  root.input = input;
  printed(captured);
  if (!send(output, "{\"ready\":true}")) return 1;
  while (lines.next(line, -1) == Lines::Got::line)
    if (!send(output, root.answer(line))) break;
  root.stop();
  _exit(0);
}

}  // namespace ratchet

// A sanitizer's finding ends the worker; leaks are not looked for, because that needs ptrace, which the sandbox denies.
extern "C" inline const char* __asan_default_options() { return "detect_leaks=0:abort_on_error=0:exitcode=86:allocator_may_return_null=1:handle_segv=1"; }
extern "C" inline const char* __ubsan_default_options() { return "halt_on_error=1:exitcode=87:print_stacktrace=0"; }
