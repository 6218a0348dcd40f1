// Reads one line of tagged JSON. Small on purpose: it is compiled into every driver.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace ratchet {

/// Thrown where a case holds a value that the parameter's type cannot: the case is skipped on both sides alike.
struct Skip {
  std::string why;
};

struct Json {
  enum class Kind { null, boolean, number, string, array, object };
  Kind kind = Kind::null;
  bool truth = false;
  /// Text of a string, or the digits of a number as they were written.
  std::string text;
  std::vector<Json> items;
  std::vector<std::pair<std::string, Json>> members;

  const Json* find(const char* key) const {
    for (const auto& member : members)
      if (member.first == key) return &member.second;
    return nullptr;
  }
  const Json& at(const char* key) const {
    const Json* found = find(key);
    if (found == nullptr) throw Skip{std::string("no ") + key};
    return *found;
  }
  /// Name of the tag, empty for plain data.
  std::string tag() const {
    const Json* found = kind == Kind::object ? find("$") : nullptr;
    return found != nullptr && found->kind == Kind::string ? found->text : std::string();
  }
};

class Reader {
 public:
  explicit Reader(const std::string& source) : at_(source.data()), end_(source.data() + source.size()) {}

  Json read() {
    Json value = element(0);
    space();
    if (at_ != end_) fail();
    return value;
  }

 private:
  const char* at_;
  const char* end_;

  [[noreturn]] static void fail() { throw Skip{"not JSON"}; }

  void space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\r' || *at_ == '\n')) ++at_;
  }

  char peek() {
    space();
    if (at_ == end_) fail();
    return *at_;
  }

  void expect(char wanted) {
    if (peek() != wanted) fail();
    ++at_;
  }

  void word(const char* wanted) {
    const std::size_t length = std::strlen(wanted);
    if (static_cast<std::size_t>(end_ - at_) < length || std::memcmp(at_, wanted, length) != 0) fail();
    at_ += length;
  }

  Json element(int depth) {
    if (depth > 5000) throw Skip{"nested too deeply"};
    Json value;
    switch (peek()) {
      case 'n': word("null"); break;
      case 't': word("true"); value.kind = Json::Kind::boolean; value.truth = true; break;
      case 'f': word("false"); value.kind = Json::Kind::boolean; break;
      case '"': value.kind = Json::Kind::string; value.text = string(); break;
      case '[': array(value, depth); break;
      case '{': object(value, depth); break;
      default: number(value);
    }
    return value;
  }

  void array(Json& value, int depth) {
    value.kind = Json::Kind::array;
    expect('[');
    if (peek() == ']') { ++at_; return; }
    for (;;) {
      value.items.push_back(element(depth + 1));
      if (peek() == ']') { ++at_; return; }
      expect(',');
    }
  }

  void object(Json& value, int depth) {
    value.kind = Json::Kind::object;
    expect('{');
    if (peek() == '}') { ++at_; return; }
    for (;;) {
      if (peek() != '"') fail();
      std::string key = string();
      expect(':');
      value.members.emplace_back(std::move(key), element(depth + 1));
      if (peek() == '}') { ++at_; return; }
      expect(',');
    }
  }

  void number(Json& value) {
    value.kind = Json::Kind::number;
    const char* start = at_;
    while (at_ != end_ && std::strchr("+-0123456789.eE", *at_) != nullptr && *at_ != '\0') ++at_;
    if (at_ == start) fail();
    value.text.assign(start, at_);
  }

  unsigned hex() {
    unsigned value = 0;
    for (int digit = 0; digit < 4; ++digit) {
      if (at_ == end_) fail();
      const char c = *at_++;
      value = value * 16 + (c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : (fail(), 0));
    }
    return value;
  }

  /// A lone surrogate becomes three bytes as well, so that it stays a value of its own.
  static void utf8(std::string& out, unsigned point) {
    if (point < 0x80) {
      out += static_cast<char>(point);
    } else if (point < 0x800) {
      out += static_cast<char>(0xC0 | point >> 6);
      out += static_cast<char>(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
      out += static_cast<char>(0xE0 | point >> 12);
      out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
      out += static_cast<char>(0x80 | (point & 0x3F));
    } else {
      out += static_cast<char>(0xF0 | point >> 18);
      out += static_cast<char>(0x80 | (point >> 12 & 0x3F));
      out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
      out += static_cast<char>(0x80 | (point & 0x3F));
    }
  }

  std::string string() {
    std::string out;
    ++at_;
    for (;;) {
      if (at_ == end_) fail();
      const char c = *at_++;
      if (c == '"') return out;
      if (c != '\\') { out += c; continue; }
      if (at_ == end_) fail();
      escape(out, *at_++);
    }
  }

  void escape(std::string& out, char c) {
    switch (c) {
      case 'b': out += '\b'; return;
      case 'f': out += '\f'; return;
      case 'n': out += '\n'; return;
      case 'r': out += '\r'; return;
      case 't': out += '\t'; return;
      case 'u': break;
      default: out += c; return;
    }
    unsigned point = hex();
    if (point >= 0xD800 && point < 0xDC00 && end_ - at_ >= 6 && at_[0] == '\\' && at_[1] == 'u') {
      const char* back = at_;
      at_ += 2;
      const unsigned low = hex();
      if (low >= 0xDC00 && low < 0xE000) point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
      else at_ = back;
    }
    utf8(out, point);
  }
};

}  // namespace ratchet
