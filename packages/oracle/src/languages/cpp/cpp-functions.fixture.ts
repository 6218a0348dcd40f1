/** C++ functions as people write them, with honest rewrites and with variants that are wrong or cheat. Data of tests. */
export interface CppFixture {
  readonly name: string
  readonly function: string
  readonly baseline: string
  readonly tests: string
  readonly flags?: readonly string[]
  readonly honest: Readonly<Record<string, string>>
  readonly wrong: Readonly<Record<string, string>>
}

const includes = '#pragma once\n#include <algorithm>\n#include <cstddef>\n#include <cstdint>\n#include <set>\n#include <stdexcept>\n#include <string>\n#include <string_view>\n#include <unordered_set>\n#include <vector>\n'
const sealed = (name: string, body: string): string => `${includes}namespace ${name} {\n${body}\n}\n`

const dedupe: CppFixture = {
  name: 'dedupe',
  function: 'lists::dedupe',
  baseline: sealed('lists', `
/** First occurrences, in order. */
template <typename T> std::vector<T> dedupe(const std::vector<T>& values) {
  std::vector<T> out;
  for (const T& value : values)
    if (std::find(out.begin(), out.end(), value) == out.end()) out.push_back(value);
  return out;
}`),
  tests: 'assert(lists::dedupe(std::vector<int>{1, 2, 1, 3}) == (std::vector<int>{1, 2, 3}));',
  honest: {
    'a hash set': sealed('lists', `
template <typename T> std::vector<T> dedupe(const std::vector<T>& values) {
  std::vector<T> out;
  std::unordered_set<T> seen;
  for (const T& value : values)
    if (seen.insert(value).second) out.push_back(value);
  return out;
}`),
  },
  wrong: {
    'sorted': sealed('lists', `
template <typename T> std::vector<T> dedupe(const std::vector<T>& values) {
  std::set<T> seen(values.begin(), values.end());
  return {seen.begin(), seen.end()};
}`),
    'wrong for long lists only': sealed('lists', `
template <typename T> std::vector<T> dedupe(const std::vector<T>& values) {
  std::vector<T> out;
  for (const T& value : values)
    if (out.size() > 64 || std::find(out.begin(), out.end(), value) == out.end()) out.push_back(value);
  return out;
}`),
  },
}

const split: CppFixture = {
  name: 'split',
  function: 'text::split',
  baseline: sealed('text', `
inline std::vector<std::string> split(std::string_view text, std::string_view separator) {
  if (separator.empty()) throw std::invalid_argument("the separator is empty");
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t at; (at = text.find(separator, from)) != std::string_view::npos; from = at + separator.size()) parts.emplace_back(text.substr(from, at - from));
  parts.emplace_back(text.substr(from));
  return parts;
}`),
  tests: 'split("a,b,,c", ","); split("", ";"); split("x", "")',
  honest: {
    'character by character': sealed('text', `
inline std::vector<std::string> split(std::string_view text, std::string_view separator) {
  if (separator.size() == 0) throw std::invalid_argument("the separator is empty");
  std::vector<std::string> parts(1);
  for (std::size_t at = 0; at < text.size();) {
    if (text.compare(at, separator.size(), separator) == 0) { parts.emplace_back(); at += separator.size(); }
    else parts.back() += text[at++];
  }
  return parts;
}`),
  },
  wrong: {
    'drops empty parts': sealed('text', `
inline std::vector<std::string> split(std::string_view text, std::string_view separator) {
  if (separator.empty()) throw std::invalid_argument("the separator is empty");
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t at; (at = text.find(separator, from)) != std::string_view::npos; from = at + separator.size())
    if (at > from) parts.emplace_back(text.substr(from, at - from));
  if (from < text.size()) parts.emplace_back(text.substr(from));
  return parts;
}`),
    'hides the refusal': sealed('text', `
inline std::vector<std::string> split(std::string_view text, std::string_view separator) {
  try {
    if (separator.empty()) throw std::invalid_argument("the separator is empty");
  } catch (...) { return {std::string(text)}; }
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t at; (at = text.find(separator, from)) != std::string_view::npos; from = at + separator.size()) parts.emplace_back(text.substr(from, at - from));
  parts.emplace_back(text.substr(from));
  return parts;
}`),
    'expects a zero behind a view': sealed('text', `
inline std::vector<std::string> split(std::string_view text, std::string_view separator) {
  if (separator.empty()) throw std::invalid_argument("the separator is empty");
  std::string all(text.data());
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t at; (at = all.find(separator, from)) != std::string::npos; from = at + separator.size()) parts.emplace_back(all.substr(from, at - from));
  parts.emplace_back(all.substr(from));
  return parts;
}`),
  },
}

const blend: CppFixture = {
  name: 'blend',
  function: 'blend',
  baseline: `${includes}
inline double blend(double a, double b, double t) { return a + (b - a) * std::clamp(t, 0.0, 1.0); }`,
  tests: 'blend(0.0, 10.0, 0.25); blend(-1.5, 1.5, 2.0);',
  honest: { 'without the library': `${includes}\ninline double blend(double a, double b, double t) { const double part = t < 0.0 ? 0.0 : 1.0 < t ? 1.0 : t; const double width = b - a; return a + width * part; }` },
  wrong: {
    'single precision': `${includes}\ninline double blend(double a, double b, double t) { return static_cast<float>(a) + (static_cast<float>(b) - static_cast<float>(a)) * static_cast<float>(std::clamp(t, 0.0, 1.0)); }`,
    'no clamp': `${includes}\ninline double blend(double a, double b, double t) { return a + (b - a) * t; }`,
    'rounds otherwise': `${includes}\ninline double blend(double a, double b, double t) { const double part = std::clamp(t, 0.0, 1.0); return a * (1.0 - part) + b * part; }`,
  },
}

const multiply: CppFixture = {
  name: 'multiply',
  function: 'multiply',
  baseline: `${includes}
using Matrix = std::vector<std::vector<double>>;
inline Matrix multiply(const Matrix& a, const Matrix& b) {
  for (const auto& row : a) if (row.size() != b.size()) throw std::invalid_argument("the inner sizes differ");
  const std::size_t width = b.empty() ? 0 : b[0].size();
  for (const auto& row : b) if (row.size() != width) throw std::invalid_argument("not a matrix");
  Matrix out(a.size(), std::vector<double>(width));
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < width; ++j) {
      double sum = 0;
      for (std::size_t k = 0; k < b.size(); ++k) sum += a[i][k] * b[k][j];
      out[i][j] = sum;
    }
  return out;
}`,
  tests: 'multiply({{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}); multiply({{1.5}}, {{2}}); multiply({{1, 2, 3}}, {{1}, {2}, {3}});',
  honest: {
    'another order of the loops, the same order of the sums': `${includes}
using Matrix = std::vector<std::vector<double>>;
inline Matrix multiply(const Matrix& a, const Matrix& b) {
  for (const auto& row : a) if (row.size() != b.size()) throw std::invalid_argument("the inner sizes differ");
  const std::size_t width = b.empty() ? 0 : b.front().size();
  for (const auto& row : b) if (row.size() != width) throw std::invalid_argument("not a matrix");
  Matrix out(a.size(), std::vector<double>(width, 0.0));
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t k = 0; k < b.size(); ++k)
      for (std::size_t j = 0; j < width; ++j) out[i][j] += a[i][k] * b[k][j];
  return out;
}`,
  },
  wrong: {
    'no validation': `${includes}
using Matrix = std::vector<std::vector<double>>;
inline Matrix multiply(const Matrix& a, const Matrix& b) {
  const std::size_t width = b.empty() ? 0 : b.front().size();
  Matrix out(a.size(), std::vector<double>(width, 0.0));
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t k = 0; k < std::min(b.size(), a[i].size()); ++k)
      for (std::size_t j = 0; j < std::min(width, b[k].size()); ++j) out[i][j] += a[i][k] * b[k][j];
  return out;
}`,
  },
}

const base64: CppFixture = {
  name: 'base64',
  function: 'encode',
  baseline: `${includes}
inline std::string encode(const std::string& bytes) {
  static const char* const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t block = 0;
    for (std::size_t next = 0; next < 3; ++next) block = block << 8 | (at + next < bytes.size() ? static_cast<unsigned char>(bytes[at + next]) : 0);
    for (std::size_t next = 0; next < 4; ++next) out += at + next <= bytes.size() ? digits[block >> (18 - 6 * next) & 63] : '=';
  }
  return out;
}`,
  tests: 'encode("Man"); encode("Ma"); encode("\\x01");',
  honest: {
    'bits as they come': `${includes}
inline std::string encode(const std::string& bytes) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t held = 0;
  int bits = 0;
  for (const unsigned char byte : bytes) {
    held = (held << 8 | byte) & 0xFFFF;
    for (bits += 8; bits >= 6; bits -= 6) out += digits[held >> (bits - 6) & 63];
  }
  if (bits > 0) out += digits[held << (6 - bits) & 63];
  while (out.size() % 4 != 0) out += '=';
  return out;
}`,
  },
  wrong: {
    'signed characters': `${includes}
inline std::string encode(const std::string& bytes) {
  static const char* const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t block = 0;
    for (std::size_t next = 0; next < 3; ++next) block = block << 8 | (at + next < bytes.size() ? static_cast<std::uint32_t>(bytes[at + next] & 0x7F) : 0);
    for (std::size_t next = 0; next < 4; ++next) out += at + next <= bytes.size() ? digits[block >> (18 - 6 * next) & 63] : '=';
  }
  return out;
}`,
    'no padding': `${includes}
inline std::string encode(const std::string& bytes) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t held = 0;
  int bits = 0;
  for (const unsigned char byte : bytes) {
    held = (held << 8 | byte) & 0xFFFF;
    for (bits += 8; bits >= 6; bits -= 6) out += digits[held >> (bits - 6) & 63];
  }
  if (bits > 0) out += digits[held << (6 - bits) & 63];
  return out;
}`,
  },
}

const checksum: CppFixture = {
  name: 'checksum',
  function: 'checksum',
  baseline: `${includes}
inline std::uint64_t checksum(const std::uint8_t* data, std::size_t length) {
  std::uint64_t sum = 1;
  for (std::size_t at = 0; at < length; ++at) sum = sum * 31 + data[at];
  return sum;
}`,
  tests: 'checksum({1, 2, 3}, 3);',
  honest: { 'a pointer that walks': `${includes}\ninline std::uint64_t checksum(const std::uint8_t* data, std::size_t length) { std::uint64_t sum = 1; for (const std::uint8_t* end = data + length; data != end; ++data) sum = (sum << 5) - sum + *data; return sum; }` },
  wrong: {
    'reads one too many': `${includes}\ninline std::uint64_t checksum(const std::uint8_t* data, std::size_t length) { std::uint64_t sum = 1; for (std::size_t at = 0; at < length; ++at) sum = sum * 31 + data[at]; volatile std::uint8_t peek = data[length]; (void)peek; return sum; }`,
    'thirty-two bits': `${includes}\ninline std::uint64_t checksum(const std::uint8_t* data, std::size_t length) { std::uint32_t sum = 1; for (std::size_t at = 0; at < length; ++at) sum = sum * 31 + data[at]; return sum; }`,
    'clears its argument': `${includes}\ninline std::uint64_t checksum(const std::uint8_t* data, std::size_t length) { std::uint64_t sum = 1; for (std::size_t at = 0; at < length; ++at) { sum = sum * 31 + data[at]; const_cast<std::uint8_t*>(data)[at] = 0; } return sum; }`,
    'ends the process': `${includes}\n#include <unistd.h>\ninline std::uint64_t checksum(const std::uint8_t*, std::size_t) { _exit(0); }`,
    'answers by itself': `${includes}\n#include <unistd.h>\nstruct Early { Early() { const char line[] = "{\\"ready\\":true}\\n"; if (write(3, line, sizeof line - 1) < 0) _exit(1); } };\nstatic Early early;\ninline std::uint64_t checksum(const std::uint8_t*, std::size_t) { return 1; }`,
  },
}

export const cppFunctions: readonly CppFixture[] = [dedupe, split, blend, multiply, base64, checksum]
