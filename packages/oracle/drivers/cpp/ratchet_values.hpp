// Turns tagged JSON into values of C++ types and back. What a type cannot hold is refused by Skip, never converted with loss.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include "ratchet_json.hpp"

namespace ratchet {

/// Significant digits of floating-point results; 0 means all of them.
inline int digits = 0;

template <typename T, typename = void> struct Value;
template <typename T> T read(const Json& json) { return Value<T>::read(json); }
template <typename T> void write(std::string& out, const T& value) { Value<T>::write(out, value); }

/// Elements that end exactly where a page ends that nobody may touch: reading one too many is a crash, even without a sanitizer.
template <typename T> class Buffer {
 public:
  static_assert(std::is_trivially_copyable_v<T>, "a pointer with a length needs plain elements");
  explicit Buffer(const std::vector<T>& values) : Buffer(values.data(), values.size()) {}
  Buffer(const T* values, std::size_t count) : size_(count) {
    const std::size_t page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t bytes = count * sizeof(T);
    length_ = (bytes + page - 1) / page * page + page;
    memory_ = static_cast<char*>(mmap(nullptr, length_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (memory_ == MAP_FAILED) throw Skip{"no memory"};
    mprotect(memory_ + length_ - page, page, PROT_NONE);
    data_ = reinterpret_cast<T*>(memory_ + length_ - page - bytes);
    if (bytes != 0) std::memcpy(data_, values, bytes);
  }
  Buffer(Buffer&& other) noexcept : memory_(other.memory_), length_(other.length_), data_(other.data_), size_(other.size_) { other.memory_ = nullptr; }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() {
    if (memory_ != nullptr) munmap(memory_, length_);
  }
  T* data() const { return data_; }
  std::size_t size() const { return size_; }
  T* begin() const { return data_; }
  T* end() const { return data_ + size_; }

 private:
  char* memory_ = nullptr;
  std::size_t length_ = 0;
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

/// A text with a zero at its end and nothing readable behind it.
struct CString {
  Buffer<char> buffer;
  char* data() const { return buffer.data(); }
};

/// A text without a zero, and nothing readable behind it: what a view promises.
struct Text {
  Buffer<char> buffer;
  std::string_view view() const { return {buffer.data(), buffer.size()}; }
};

inline const char* const digitText = "0123456789abcdef";

inline void quote(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') (out += '\\') += c;
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) ((out += "\\u00") += digitText[c >> 4 & 15]) += digitText[c & 15];
    else out += c;
  }
  out += '"';
}

inline bool isUtf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const unsigned char c = static_cast<unsigned char>(text[at]);
    const std::size_t more = c < 0x80 ? 0 : c >= 0xC2 && c < 0xE0 ? 1 : c >= 0xE0 && c < 0xF0 ? 2 : c >= 0xF0 && c < 0xF5 ? 3 : 4;
    if (more == 4 || at + more >= text.size()) return false;
    for (std::size_t next = 1; next <= more; ++next)
      if ((static_cast<unsigned char>(text[at + next]) & 0xC0) != 0x80) return false;
    const unsigned char second = more > 0 ? static_cast<unsigned char>(text[at + 1]) : 0;
    if ((c == 0xE0 && second < 0xA0) || (c == 0xED && second > 0x9F) || (c == 0xF0 && second < 0x90) || (c == 0xF4 && second > 0x8F)) return false;
    at += more + 1;
  }
  return true;
}

/// Bytes that are no text are written as numbers: the line must stay UTF-8.
inline void writeText(std::string& out, std::string_view text) {
  if (isUtf8(text)) return quote(out, text);
  out += "{\"$\":\"bytes\",\"type\":\"string\",\"v\":[";
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at != 0) out += ',';
    out += std::to_string(static_cast<unsigned char>(text[at]));
  }
  out += "]}";
}

inline std::string digitsOf(const Json& json) {
  if (json.kind == Json::Kind::number) return json.text;
  if (json.tag() == "bigint") return json.at("v").text;
  if (json.tag() == "-0") return "-0";
  throw Skip{"not a number"};
}

template <typename T> T readInteger(const Json& json) {
  const std::string text = digitsOf(json);
  if (text.find_first_of(".eE") != std::string::npos) throw Skip{"not an integer"};
  errno = 0;
  char* end = nullptr;
  if constexpr (std::is_signed_v<T>) {
    const long long value = std::strtoll(text.c_str(), &end, 10);
    if (errno != 0 || *end != 0 || value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max()) throw Skip{"out of range"};
    return static_cast<T>(value);
  } else {
    if (text[0] == '-' && text != "-0") throw Skip{"out of range"};
    const unsigned long long value = std::strtoull(text.c_str(), &end, 10);
    if (errno != 0 || *end != 0 || value > std::numeric_limits<T>::max()) throw Skip{"out of range"};
    return static_cast<T>(value);
  }
}

inline double readNumber(const Json& json) {
  const std::string tag = json.tag();
  if (tag == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (tag == "inf") return std::numeric_limits<double>::infinity();
  if (tag == "-inf") return -std::numeric_limits<double>::infinity();
  return tag == "-0" ? -0.0 : std::strtod(digitsOf(json).c_str(), nullptr);
}

/// Enough digits to give every value its own text, so equal texts mean equal bits; the sign and payload of NaN are no behaviour.
template <typename T> void writeNumber(std::string& out, T value) {
  if (std::isnan(value)) { out += "{\"$\":\"nan\"}"; return; }
  if (std::isinf(value)) { out += value > 0 ? "{\"$\":\"inf\"}" : "{\"$\":\"-inf\"}"; return; }
  if (value == 0) { out += std::signbit(value) && digits == 0 ? "{\"$\":\"-0\"}" : "0"; return; }
  char text[64];
  const int wanted = digits == 0 ? std::numeric_limits<T>::max_digits10 : std::min(digits, std::numeric_limits<T>::max_digits10);
  std::snprintf(text, sizeof text, "%.*Lg", wanted, static_cast<long double>(value));
  out += text;
}

template <typename T, typename = void> struct IsRange : std::false_type {};
template <typename T> struct IsRange<T, std::void_t<typename T::value_type, decltype(std::declval<const T&>().begin()), decltype(std::declval<const T&>().end())>> : std::true_type {};
template <typename T, typename = void> struct IsKeyed : std::false_type {};
template <typename T> struct IsKeyed<T, std::void_t<typename T::key_type>> : std::true_type {};
template <typename T, typename = void> struct IsMapped : std::false_type {};
template <typename T> struct IsMapped<T, std::void_t<typename T::mapped_type>> : std::true_type {};
template <typename T, typename = void> struct IsHashed : std::false_type {};
template <typename T> struct IsHashed<T, std::void_t<typename T::hasher>> : std::true_type {};
template <typename T, typename = void> struct IsTuple : std::false_type {};
template <typename T> struct IsTuple<T, std::void_t<decltype(std::tuple_size<T>::value)>> : std::true_type {};
template <typename T, typename = void> struct IsOptional : std::false_type {};
template <typename T> struct IsOptional<T, std::void_t<decltype(std::declval<const T&>().has_value()), decltype(*std::declval<const T&>())>> : std::true_type {};
template <typename T, typename = void> struct IsOwner : std::false_type {};
template <typename T> struct IsOwner<T, std::void_t<typename T::element_type, decltype(std::declval<const T&>().get())>> : std::true_type {};
template <typename T> constexpr bool isFixed = IsTuple<T>::value && IsRange<T>::value;

template <typename T> struct Value<T, std::enable_if_t<std::is_same_v<T, bool>>> {
  static T read(const Json& json) {
    if (json.kind != Json::Kind::boolean) throw Skip{"not a boolean"};
    return json.truth;
  }
  static void write(std::string& out, T value) { out += value ? "true" : "false"; }
};

template <typename T> struct Value<T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>>> {
  static T read(const Json& json) {
    if (json.kind == Json::Kind::string && sizeof(T) == 1 && json.text.size() == 1) return static_cast<T>(json.text[0]);
    return readInteger<T>(json);
  }
  static void write(std::string& out, T value) {
    const bool large = sizeof(T) == 8 && (value > static_cast<T>(9007199254740991) || (std::is_signed_v<T> && value < static_cast<T>(-9007199254740991)));
    out += large ? "{\"$\":\"bigint\",\"v\":\"" + std::to_string(value) + "\"}" : std::to_string(value);
  }
};

template <typename T> struct Value<T, std::enable_if_t<std::is_floating_point_v<T>>> {
  static T read(const Json& json) { return static_cast<T>(readNumber(json)); }
  static void write(std::string& out, T value) { writeNumber(out, value); }
};

template <typename T> struct Value<T, std::enable_if_t<std::is_enum_v<T>>> {
  using Base = std::underlying_type_t<T>;
  static T read(const Json& json) { return static_cast<T>(ratchet::read<Base>(json)); }
  static void write(std::string& out, T value) { ratchet::write<Base>(out, static_cast<Base>(value)); }
};

inline std::string readText(const Json& json) {
  if (json.kind == Json::Kind::string) return json.text;
  if (json.tag() != "bytes") throw Skip{"not a text"};
  std::string text;
  for (const Json& item : json.at("v").items) text += static_cast<char>(readInteger<unsigned char>(item));
  return text;
}

template <> struct Value<std::string> {
  static std::string read(const Json& json) { return readText(json); }
  static void write(std::string& out, const std::string& value) { writeText(out, value); }
};

template <> struct Value<std::string_view> {
  static void write(std::string& out, std::string_view value) { writeText(out, value); }
};

template <> struct Value<Text> {
  static Text read(const Json& json) {
    const std::string text = readText(json);
    return Text{Buffer<char>(text.data(), text.size())};
  }
  static void write(std::string& out, const Text& value) { writeText(out, value.view()); }
};

template <> struct Value<CString> {
  static CString read(const Json& json) {
    const std::string text = readText(json);
    if (text.find('\0') != std::string::npos) throw Skip{"a zero inside a C string"};
    return CString{Buffer<char>(text.c_str(), text.size() + 1)};
  }
  static void write(std::string& out, const CString& value) { writeText(out, {value.data(), value.buffer.size()}); }
};

template <typename T> struct Value<T, std::enable_if_t<std::is_pointer_v<T>>> {
  static_assert(std::is_same_v<std::remove_cv_t<std::remove_pointer_t<T>>, char>, "what a pointer in a result points at is not known");
  static void write(std::string& out, T value) {
    if (value == nullptr) out += "null";
    else writeText(out, value);
  }
};

inline const std::vector<Json>& listOf(const Json& json) {
  if (json.kind == Json::Kind::array) return json.items;
  const std::string tag = json.tag();
  if (tag == "set" || tag == "tuple" || tag == "bytes") return json.at("v").items;
  throw Skip{"not a list"};
}

template <typename It> void writeList(std::string& out, It begin, It end) {
  out += '[';
  for (It at = begin; at != end; ++at) {
    if (at != begin) out += ',';
    ratchet::write<std::remove_cv_t<typename std::iterator_traits<It>::value_type>>(out, *at);
  }
  out += ']';
}

template <typename T> struct Value<Buffer<T>> {
  static Buffer<T> read(const Json& json) {
    if (json.kind == Json::Kind::string && sizeof(T) == 1) return Buffer<T>(reinterpret_cast<const T*>(json.text.data()), json.text.size());
    std::vector<T> values;
    for (const Json& item : listOf(json)) values.push_back(ratchet::read<T>(item));
    return Buffer<T>(values);
  }
  static void write(std::string& out, const Buffer<T>& value) { writeList(out, value.begin(), value.end()); }
};

template <typename T> struct Value<T, std::enable_if_t<IsRange<T>::value && !IsKeyed<T>::value && !IsTuple<T>::value && !std::is_same_v<T, std::string> && !std::is_same_v<T, std::string_view>>> {
  static T read(const Json& json) {
    T values;
    for (const Json& item : listOf(json)) values.push_back(ratchet::read<typename T::value_type>(item));
    // A copy has no room behind its last element, so that a sanitizer sees who reads there.
    return T(values.begin(), values.end());
  }
  static void write(std::string& out, const T& value) { writeList(out, value.begin(), value.end()); }
};

template <typename T> struct Value<T, std::enable_if_t<isFixed<T>>> {
  static T read(const Json& json) {
    const std::vector<Json>& items = listOf(json);
    T values{};
    if (items.size() != values.size()) throw Skip{"another length"};
    for (std::size_t at = 0; at < items.size(); ++at) values[at] = ratchet::read<typename T::value_type>(items[at]);
    return values;
  }
  static void write(std::string& out, const T& value) { writeList(out, value.begin(), value.end()); }
};

/// Sets and maps. Where the container hashes, its order is no behaviour and the entries are sorted by their text.
template <typename T> struct Value<T, std::enable_if_t<IsKeyed<T>::value && IsRange<T>::value>> {
  static T read(const Json& json) {
    T values;
    if constexpr (IsMapped<T>::value) {
      if (json.kind == Json::Kind::object && json.tag().empty()) {
        for (const auto& member : json.members) {
          Json key;
          key.kind = Json::Kind::string;
          key.text = member.first;
          values.emplace(ratchet::read<typename T::key_type>(key), ratchet::read<typename T::mapped_type>(member.second));
        }
        return values;
      }
      if (json.tag() != "map" && json.tag() != "object") throw Skip{"not a map"};
      for (const Json& pair : json.at("v").items)
        values.emplace(ratchet::read<typename T::key_type>(pair.items.at(0)), ratchet::read<typename T::mapped_type>(pair.items.at(1)));
    } else {
      for (const Json& item : listOf(json)) values.insert(ratchet::read<typename T::key_type>(item));
    }
    return values;
  }
  static void write(std::string& out, const T& value) {
    std::vector<std::string> entries;
    for (const auto& item : value) {
      std::string text;
      if constexpr (IsMapped<T>::value) {
        text += '[';
        ratchet::write<typename T::key_type>(text, item.first);
        text += ',';
        ratchet::write<typename T::mapped_type>(text, item.second);
        text += ']';
      } else {
        ratchet::write<typename T::key_type>(text, item);
      }
      entries.push_back(std::move(text));
    }
    if constexpr (IsHashed<T>::value) std::sort(entries.begin(), entries.end());
    out += IsMapped<T>::value ? "{\"$\":\"map\",\"v\":[" : "{\"$\":\"set\",\"v\":[";
    for (std::size_t at = 0; at < entries.size(); ++at) (out += at == 0 ? "" : ",") += entries[at];
    out += "]}";
  }
};

template <typename T> struct Value<T, std::enable_if_t<IsTuple<T>::value && !IsRange<T>::value>> {
  template <std::size_t... At> static T from(const std::vector<Json>& items, std::index_sequence<At...>) {
    return T{ratchet::read<std::decay_t<std::tuple_element_t<At, T>>>(items[At])...};
  }
  static T read(const Json& json) {
    const std::vector<Json>& items = listOf(json);
    if (items.size() != std::tuple_size_v<T>) throw Skip{"another length"};
    return from(items, std::make_index_sequence<std::tuple_size_v<T>>());
  }
  template <std::size_t... At> static void parts(std::string& out, const T& value, std::index_sequence<At...>) {
    ((out += At == 0 ? "" : ",", ratchet::write<std::decay_t<std::tuple_element_t<At, T>>>(out, std::get<At>(value))), ...);
  }
  static void write(std::string& out, const T& value) {
    out += '[';
    parts(out, value, std::make_index_sequence<std::tuple_size_v<T>>());
    out += ']';
  }
};

template <typename T> struct Value<T, std::enable_if_t<IsOptional<T>::value>> {
  using Inner = std::decay_t<decltype(*std::declval<const T&>())>;
  static T read(const Json& json) {
    if (json.kind == Json::Kind::null || json.tag() == "undefined") return T{};
    return T{ratchet::read<Inner>(json)};
  }
  static void write(std::string& out, const T& value) {
    // Inside an object, so that an empty optional in an optional differs from an empty one.
    if (!value.has_value()) { out += "null"; return; }
    out += "{\"$\":\"some\",\"v\":";
    ratchet::write<Inner>(out, *value);
    out += '}';
  }
};

template <typename T> struct Value<T, std::enable_if_t<IsOwner<T>::value>> {
  static void write(std::string& out, const T& value) {
    if (value.get() == nullptr) out += "null";
    else ratchet::write<std::remove_cv_t<typename T::element_type>>(out, *value);
  }
};

/// A field of a structure, by name; RATCHET_STRUCT lists them.
#define RATCHET_READ(name) value.name = ratchet::read<std::decay_t<decltype(value.name)>>(json.at(#name));
#define RATCHET_WRITE(name)              \
  out += first ? "\"" #name "\":" : ",\"" #name "\":"; \
  first = false;                         \
  ratchet::write<std::decay_t<decltype(value.name)>>(out, value.name);
#define RATCHET_STRUCT(Type, reads, writes)                  \
  template <> struct ratchet::Value<Type> {                  \
    static Type read(const ratchet::Json& json) {            \
      if (json.kind != ratchet::Json::Kind::object) throw ratchet::Skip{"not an object"}; \
      Type value{};                                          \
      reads return value;                                    \
    }                                                        \
    static void write(std::string& out, const Type& value) { \
      bool first = true;                                     \
      out += '{';                                            \
      writes out += '}';                                     \
    }                                                        \
  };

}  // namespace ratchet
