#!/bin/sh
# Sends one mail to a gateway with swaks (Debian: apt install swaks).
# usage: send.sh HOST:PORT FROM NUMBER@DOMAIN TEXT
exec swaks --server "$1" --from "$2" --to "$3" --header "Subject: Test" --body "$4"
