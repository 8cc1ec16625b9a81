#!/bin/sh
# Finds a Chromium for the browser tests. Installs it where that needs nobody's permission.
# FONTS=1 also asks for the fonts that the Chinese screenshots need.
set -eu

found() {
  [ -n "${DEALBOOKS_CHROMIUM:-}" ] && [ -x "$DEALBOOKS_CHROMIUM" ] && return 0
  for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" > /dev/null && return 0
  done
  [ -d "/Applications/Google Chrome.app" ] || [ -d "/Applications/Chromium.app" ]
}

# Debian's own without windows is smaller and faster; others have the whole one only.
smallest() {
  if apt-cache policy chromium-headless-shell 2> /dev/null | grep -q "Candidate: [0-9]"; then
    echo chromium-headless-shell
  else
    echo chromium
  fi
}

packages=""
found || packages="chromium"
if [ "${FONTS:-}" = 1 ] && ! { command -v fc-list > /dev/null && fc-list :lang=zh-tw | grep -q .; }; then
  packages="$packages fonts-noto-cjk"
fi
[ -n "$packages" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  echo "Installing$( printf ' %s' $packages) for the browser tests"
  apt-get update -qq
  [ "${packages#chromium}" = "$packages" ] || packages="$(smallest)${packages#chromium}"
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $packages > /dev/null
  found && exit 0
fi
found && exit 0
echo "The browser tests need Chromium. Install it: sudo apt-get install --no-install-recommends" \
  "chromium (Debian), sudo dnf install chromium (Fedora), brew install --cask chromium (macOS);" \
  "or name one: DEALBOOKS_CHROMIUM=/path/to/chromium" >&2
exit 1
