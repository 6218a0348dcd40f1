// One test a run: `kit_suite NAME`; an assertion that fails ends it.
#include "kit.hpp"

#include <cassert>
#include <cstdio>
#include <cstring>
#include <stdexcept>

template <typename Actual, typename Expected>
static void expect_equal(const Actual& actual, const Expected& expected) {
  assert(actual == expected);
}

template <typename Error, typename Action>
static void expect_throws(Action action) {
  bool thrown = false;
  try {
    action();
  } catch (const Error&) {
    thrown = true;
  }
  assert(thrown);
}

int main(int count, char** words) {
  const char* name = count > 1 ? words[1] : "";
  auto is = [name](const char* other) { return std::strcmp(name, other) == 0; };
  if (is("summary")) {
    auto found = kit::summary({1e16, 1, -1e16, 1});
    expect_equal(found.mean, 0.5);
    expect_equal(found.median, 1.0);
  } else if (is("summary_refuses")) {
    expect_throws<std::invalid_argument>([] { kit::summary({}); });
    expect_throws<std::invalid_argument>([] { kit::summary({1.0 / 0.0}); });
  } else if (is("duplicates")) {
    expect_equal(kit::duplicates({4, 1, 4, 2, 1, 4}), std::vector<int>{1, 4});
  } else if (is("multiply")) {
    expect_equal(kit::multiply({{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}), kit::Matrix{{19, 22}, {43, 50}});
  } else if (is("multiply_refuses")) {
    expect_throws<std::invalid_argument>([] { kit::multiply({{1, 2}}, {{1, 2}}); });
    expect_throws<std::invalid_argument>([] { kit::multiply({{1, 2}}, {{1}, {1, 2}}); });
  } else if (is("primes")) {
    expect_equal(kit::primes(20), std::vector<int>{2, 3, 5, 7, 11, 13, 17, 19});
  } else if (is("checksum")) {
    expect_equal(kit::checksum("123456789"), 0xcbf43926u);
  } else if (is("edit_distance")) {
    expect_equal(kit::edit_distance("kitten", "sitting"), 3);
    expect_equal(kit::edit_distance("", "abc"), 3);
  } else if (is("words")) {
    expect_equal(kit::words("One two. TWO"), std::vector<std::pair<std::string, int>>{{"one", 1}, {"two", 2}});
  } else if (is("numbers")) {
    expect_equal(kit::numbers("1,-20,300"), std::vector<int>{1, -20, 300});
  } else if (is("numbers_refuses")) {
    expect_throws<std::invalid_argument>([] { kit::numbers("1,,2"); });
    expect_throws<std::out_of_range>([] { kit::numbers("2147483648"); });
  } else {
    std::fprintf(stderr, "no test %s\n", name);
    return 2;
  }
  return 0;
}
