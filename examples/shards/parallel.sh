#!/bin/sh
# Applies an inventory in N shards on several machines, and makes one summary of them:
#
#   parallel.sh N MACHINES FOLDER EVENTS
#
# MACHINES is a file with an SSH login a line, FOLDER the place of the inventory on these machines, and EVENTS a folder
# here for what the runs say. Each machine has one shard at a time. README.md says what the machines need.
set -eu
[ $# -eq 4 ] || {
  echo "usage: parallel.sh N MACHINES FOLDER EVENTS" >&2
  exit 1
}
shards=$1 machines=$2 folder=$3 events=$4
mkdir -p "$events"
rm -f "$events"/*.jsonl "$events"/*.jsonl.err "$events"/*.jsonl.seq

# A status below 128 is lvsform's own, and its events tell more: such a shard is not begun again. If the machine or the
# connection fails, another machine begins the shard again.
seq "$shards" | parallel --sshloginfile "$machines" --jobs 1 --retries 3 --results "$events/{}.jsonl" \
  "cd '$folder' && { lvsform apply --shard {}/$shards --yes --json || [ \$? -lt 128 ]; }" > /dev/null || true

exec lvsform summary "$events"/*.jsonl
