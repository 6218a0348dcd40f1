// Pure functions as arguments, from their description in tagged JSON.
#pragma once
#include <functional>
#include <memory>
#include <stdexcept>

#include "ratchet_values.hpp"

namespace ratchet {

inline std::uint32_t fnv1a(const std::string& text) {
  std::uint32_t hash = 0x811C9DC5u;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193u;
    hash = hash * 0x01000193u;  // the high byte of an ASCII code unit is zero
  }
  return hash;
}

template <typename... Args> std::string listText(const Args&... args) {
  std::string text;
  ((text += text.empty() ? "" : ",", ratchet::write<std::decay_t<Args>>(text, args)), ...);
  return "[" + text + "]";
}

template <typename T> int order(const T& a, const T& b) {
  if constexpr (std::is_arithmetic_v<T> || std::is_convertible_v<T, std::string_view>) {
    return (b < a) - (a < b);
  } else {
    const std::string x = listText(a), y = listText(b);
    return (y < x) - (x < y);
  }
}

template <typename R, typename... Args> struct Value<std::function<R(Args...)>> {
  using Function = std::function<R(Args...)>;
  using Tuple = std::tuple<std::decay_t<Args>...>;
  static Function read(const Json& json) {
    if (json.tag() != "fn") throw Skip{"not a function"};
    const Json& table = json.at("v");
    const std::string kind = table.at("kind").text;
    if (kind == "throw") {
      const std::string message = table.at("message").text;
      return [message](Args...) -> R { throw std::runtime_error(message); };
    }
    if (kind == "pick") return pick(table);
    if constexpr (sizeof...(Args) >= 1) {
      using First = std::tuple_element_t<0, Tuple>;
      if constexpr (std::is_convertible_v<First, R>)
        if (kind == "first") return [](Args... args) -> R { return static_cast<R>(std::get<0>(Tuple(args...))); };
    }
    if constexpr (sizeof...(Args) == 2 && std::is_arithmetic_v<R>)
      if constexpr (std::is_same_v<std::tuple_element_t<0, Tuple>, std::tuple_element_t<1, Tuple>>)
        if (kind == "compare") {
          const int sign = readInteger<int>(table.at("sign"));
          return [sign](Args... args) -> R {
            const Tuple pair(args...);
            const int result = sign * order(std::get<0>(pair), std::get<1>(pair));
            // For a predicate "less than", a number as such would hold for both orders.
            if constexpr (std::is_same_v<R, bool>) return result < 0;
            else return static_cast<R>(result);
          };
        }
    throw Skip{"a function of another form"};
  }
  static Function pick(const Json& table) {
    const std::string salt = digitsOf(table.at("salt"));
    if constexpr (std::is_void_v<R>) {
      return [](Args...) {};
    } else {
      auto pool = std::make_shared<std::vector<R>>();
      for (const Json& item : table.at("pool").items) pool->push_back(ratchet::read<R>(item));
      if (pool->empty()) throw Skip{"nothing to pick"};
      return [salt, pool](Args... args) -> R { return (*pool)[fnv1a(salt + ":" + listText(args...)) % pool->size()]; };
    }
  }
  static void write(std::string& out, const Function&) { out += "{\"$\":\"fn\"}"; }
};

}  // namespace ratchet
