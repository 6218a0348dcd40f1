#include "kit.hpp"

#include <algorithm>
#include <stdexcept>

namespace kit {

std::uint32_t checksum(const std::string& bytes) {
  std::uint32_t state = 0xffffffffu;
  for (char byte : bytes) {
    state ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; bit++) state = (state >> 1) ^ ((state & 1u) != 0 ? 0xedb88320u : 0u);
  }
  return state ^ 0xffffffffu;
}

int edit_distance(const std::string& one, const std::string& other) {
  std::vector<std::vector<int>> table;
  for (std::size_t row = 0; row <= one.size(); row++) {
    table.push_back({});
    for (std::size_t column = 0; column <= other.size(); column++) {
      if (row == 0) table[row].push_back(static_cast<int>(column));
      else if (column == 0) table[row].push_back(static_cast<int>(row));
      else {
        std::vector<int> choices;
        choices.push_back(table[row - 1][column] + 1);
        choices.push_back(table[row][column - 1] + 1);
        choices.push_back(table[row - 1][column - 1] + (one[row - 1] == other[column - 1] ? 0 : 1));
        table[row].push_back(*std::min_element(choices.begin(), choices.end()));
      }
    }
  }
  return table[one.size()][other.size()];
}

static bool is_letter(char letter) { return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z'); }

std::vector<std::pair<std::string, int>> words(const std::string& text) {
  std::vector<std::pair<std::string, int>> counted;
  std::string word;
  for (std::size_t index = 0; index <= text.size(); index++) {
    if (index < text.size() && is_letter(text[index])) {
      word = word + static_cast<char>(text[index] | 0x20);
      continue;
    }
    if (word.empty()) continue;
    bool known = false;
    for (auto& pair : counted) {
      if (pair.first != word) continue;
      pair.second++;
      known = true;
    }
    if (!known) counted.push_back({word, 1});
    word.clear();
  }
  return counted;
}

static int number(std::string text) {
  std::size_t first = !text.empty() && text[0] == '-' ? 1 : 0;
  if (text.size() == first) throw std::invalid_argument("a number has digits");
  std::int64_t value = 0;
  for (std::size_t index = first; index < text.size(); index++) {
    if (text[index] < '0' || text[index] > '9') throw std::invalid_argument("not a digit");
    value = value * 10 + (text[index] - '0');
    if (value > 2147483648LL) throw std::out_of_range("too large");
  }
  if (first == 1) value = -value;
  if (value > 2147483647LL) throw std::out_of_range("too large");
  return static_cast<int>(value);
}

std::vector<int> numbers(const std::string& text) {
  std::vector<int> found;
  if (text.empty()) return found;
  std::string rest = text;
  for (;;) {
    std::size_t comma = rest.find(',');
    found.push_back(number(rest.substr(0, comma)));
    if (comma == std::string::npos) return found;
    rest = rest.substr(comma + 1);
  }
}

}  // namespace kit
