// One line of JSON a case, drawn from RATCHET_SEED.
#include "draw.hpp"
#include "kit.hpp"

#include <cstdio>
#include <limits>
#include <stdexcept>

static std::string text(double value) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.17g,", value);
  return buffer;
}

template <typename Action>
static void run(const char* name, Action action) {
  std::string shown;
  try {
    shown = action();
  } catch (const std::invalid_argument&) {
    shown = "throws invalid_argument";
  } catch (const std::out_of_range&) {
    shown = "throws out_of_range";
  } catch (const std::exception&) {
    shown = "throws";
  }
  // Long outcomes are folded; FNV-1a is enough to tell two of them apart.
  std::uint64_t folded = 14695981039346656037ull;
  for (unsigned char byte : shown) folded = (folded ^ byte) * 1099511628211ull;
  std::printf("[\"%s\",%zu,\"%016llx\",\"%s\"]\n", name, shown.size(), static_cast<unsigned long long>(folded), shown.size() < 200 ? shown.c_str() : "");
}

int main() {
  Draw draw = draw_from_environment();
  auto join = [](const std::vector<int>& list) {
    std::string all;
    for (int value : list) all += std::to_string(value) + ",";
    return all;
  };
  for (int round = 0; round < 12; round++) {
    run("summary", [&] {
      auto values = draw.reals(draw.size(5300));
      if (!values.empty() && draw.integer(4) == 0) values.back() = draw.integer(2) == 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
      auto found = kit::summary(values);
      return text(found.mean) + text(found.variance) + text(found.median);
    });
    run("duplicates", [&] { return join(kit::duplicates(draw.integers(draw.size(5300), 1 + draw.integer(9000)))); });
    run("multiply", [&] {
      int inner = 1 + draw.size(100);
      auto left = draw.matrix(draw.size(100), inner);
      auto right = draw.matrix(inner, 1 + draw.size(100));
      if (draw.integer(4) == 0) right.back().pop_back();
      if (draw.integer(4) == 0) right.push_back(right.front());
      std::string all;
      for (const auto& row : kit::multiply(left, right)) for (double value : row) all += text(value);
      return all;
    });
    run("primes", [&] { return join(kit::primes(draw.size(15200) - 2)); });
    run("checksum", [&] { return std::to_string(kit::checksum(draw.word(draw.size(300000), "abc\xff\x80 1"))); });
    run("edit_distance", [&] {
      int length = draw.size(370);
      std::string one = draw.word(length);
      return std::to_string(kit::edit_distance(one, draw.word(length + draw.integer(3))));
    });
    run("words", [&] {
      std::string all;
      for (const auto& [word, times] : kit::words(draw.word(draw.size(17000), "abcDE  .1@[`{\xc3"))) all += word + "=" + std::to_string(times) + ",";
      return all;
    });
    run("numbers", [&] {
      std::string list;
      int length = draw.size(5200);
      for (int index = 0; index < length; index++) list += (index == 0 ? "" : ",") + std::to_string(draw.integer(2000000000) - 1000000000);
      static const char* const odd[] = {",", "1,,2", "-", "2147483648", "-2147483648", "99999999999999999999999", "1 ", "+1", "0x1", "--1"};
      if (draw.integer(4) == 0) list += odd[draw.integer(10)];
      return join(kit::numbers(list));
    });
  }
}
