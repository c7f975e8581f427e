#!/bin/sh
# Install the Debian packages that some tests drive the service with: a browser, curl, httpie, Node.
# Without them `make test` still passes, and says what it skipped.
set -eu
packages="chromium curl httpie nodejs"
if ! dpkg --status $packages > /dev/null 2>&1; then
    apt-get update --quiet --quiet
    DEBIAN_FRONTEND=noninteractive apt-get install --quiet --quiet --yes --no-install-recommends $packages
fi
