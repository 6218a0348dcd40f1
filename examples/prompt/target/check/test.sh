#!/bin/sh
# What must hold of the prompt whatever it says.
echo "TAP version 13"
echo "1..2"
if [ "$(wc -c < prompts/route.md)" -le 4000 ]; then echo "ok 1 - stays short"; else echo "not ok 1 - stays short"; bad=1; fi
if grep -q "billing, account, shipping or technical" prompts/route.md; then echo "ok 2 - names the teams"; else echo "not ok 2 - names the teams"; bad=1; fi
exit ${bad:-0}
