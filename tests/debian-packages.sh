#!/bin/sh
# Install the Debian packages that some tests drive the service with: a browser, curl, httpie, Node;
# nginx and Redis, which stand beside it when it is deployed; systemd, which checks its unit; wrk, for
# load. Without them `make test` still passes, and says what it skipped.
set -eu
packages="chromium curl httpie nginx nodejs redis-server systemd wrk"
if dpkg --status $packages > /dev/null 2>&1; then
    exit
fi

# Tests start their own nginx and Redis: Debian's shall start neither now, which packages ask this
# file about, nor with the machine, unless they were there before.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' > $policy
    chmod +x $policy
    trap 'rm $policy' EXIT
fi
new=""
for service in nginx redis-server; do
    dpkg --status $service > /dev/null 2>&1 || new="$new $service"
done

apt-get update --quiet --quiet
DEBIAN_FRONTEND=noninteractive apt-get install --quiet --quiet --yes --no-install-recommends $packages
if [ -d /run/systemd/system ] && [ -n "$new" ]; then
    systemctl disable --quiet $new
fi
