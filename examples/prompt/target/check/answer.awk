# A stand-in for a model, so that this example runs without one: it reads a prompt and answers one ticket, always the same. It follows rules of the form `- If the ticket mentions "a" or "b", answer TEAM.`; where none fits it answers as
# the demonstration does that has the most words in common with the ticket; and else what stands behind "Otherwise answer". RATCHET_TASK is `TICKET => TEAM`. Exits with 0 where the answer is the one that is wanted.
function fold(text) {
  text = tolower(text)
  gsub(/[^a-z]+/, " ", text)
  return " " text " "
}

# Words that they share, small ones left out.
function common(one, other,   list, n, i, count) {
  n = split(fold(one), list, " ")
  for (i = 1; i <= n; i++) if (length(list[i]) > 4 && index(fold(other), " " list[i] " ")) count++
  return count + 0
}

BEGIN {
  split(ENVIRON["RATCHET_TASK"], task, " => ")
  ticket = task[1]
  wanted = task[2]
}

/^- If the ticket mentions / {
  n = split($0, quoted, "\"")
  team = quoted[n]
  sub(/^.*answer /, "", team)
  sub(/\..*$/, "", team)
  for (i = 2; i < n; i += 2) if (answer == "" && index(fold(ticket), fold(quoted[i]))) answer = team
}

/^Ticket: / { shown = substr($0, 9) }

/^Team: / {
  score = common(shown, ticket)
  if (score > best) {
    best = score
    nearest = substr($0, 7)
  }
}

/^Otherwise answer / {
  fallback = $3
  sub(/\..*$/, "", fallback)
}

END {
  if (answer == "") answer = best > 0 ? nearest : fallback
  print "Ticket: " ticket
  print "Team: " answer
  if (answer == wanted) exit 0
  print "Wanted: " wanted
  exit 1
}
