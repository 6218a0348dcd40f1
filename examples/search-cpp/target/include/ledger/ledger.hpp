#pragma once

#include <string>
#include <vector>

namespace ledger {

struct Entry {
  std::string account;
  long cents;
};

/** The accounts in the order in which they first appear, each once. */
std::vector<std::string> accounts(const std::vector<Entry>& entries);

/** Names that both lists hold, in the order of the first. */
std::vector<std::string> known(const std::vector<std::string>& names, const std::vector<std::string>& register_);

/** One line for each entry: account, a tab, the amount. */
std::string statement(const std::vector<Entry>& entries);

}  // namespace ledger
