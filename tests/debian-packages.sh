#!/bin/sh
# Installs the Debian packages that some tests use: a browser, curl, dash, httpie and Node (with npm)
# as clients; nginx, Prometheus and Redis, as in a deployment; systemd, which checks the unit; wrk,
# for load; buildah and debootstrap, for `make image`. Without them `make test` still passes, and
# says which tests it skipped.
set -eu
packages="buildah chromium curl debootstrap httpie nginx nodejs prometheus redis-server systemd wrk"
# Some packages of Node bring npm with them, and exclude Debian's.
command -v npm > /dev/null || packages="$packages npm"
if dpkg --status $packages > /dev/null 2>&1; then
    exit
fi

# Tests start their own nginx, Prometheus and Redis. So Debian must not start the packaged ones now
# (packages run this policy file first) nor at boot, unless they were installed before.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' > $policy
    chmod +x $policy
    trap 'rm $policy' EXIT
fi
new=""
for service in nginx prometheus redis-server; do
    dpkg --status $service > /dev/null 2>&1 || new="$new $service"
done

apt-get update --quiet --quiet
DEBIAN_FRONTEND=noninteractive apt-get install --quiet --quiet --yes --no-install-recommends $packages
if [ -d /run/systemd/system ] && [ -n "$new" ]; then
    systemctl disable --quiet $new
fi
