#!/usr/bin/env bash
# Builds the image of deploy/Dockerfile with buildah, as root, without a container engine: into
# build/image, from where `make image` starts it.
#
#   deploy/build-image.sh             from a stand-in for the base image, made of Debian's packages
#   deploy/build-image.sh registry    from the base image itself
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$PWD/build/image
tag=$(sed -n 's/^#.* --tag \(\S*\) .*/\1/p' deploy/Dockerfile)
base=$(sed -n 's/^FROM \(\S*\) AS python$/\1/p' deploy/Dockerfile)
buildah=(buildah --storage-driver vfs --root "$folder/storage" --runroot "$folder/run")
mkdir -p "$folder"

# Debian's own Python, where the base image has one in /usr/local: the same version on the same Debian.
if [ "${1:-}" != registry ] && ! "${buildah[@]}" inspect --type image "$base" > /dev/null 2>&1; then
    stand_in=$("${buildah[@]}" from scratch)
    root=$("${buildah[@]}" mount "$stand_in")
    debootstrap --variant=minbase --include=ca-certificates,python3,python3-pip,python3-venv \
        bookworm "$root" > "$folder/debootstrap.log" || { tail "$folder/debootstrap.log"; exit 1; }
    ln -s python3 "$root/usr/bin/python"
    rm -rf "$root"/var/cache/apt/archives/*.deb
    "${buildah[@]}" commit --quiet --rm "$stand_in" "$base" > /dev/null
fi

# pip uses this machine's indexes and certificates; only while the image is built, and only to read.
python3 -m pip config list | python3 deploy/pip_mounts.py "$folder/pip.conf" > "$folder/mounts"
mapfile -t mounts < "$folder/mounts"

pull=--pull-never
[ "${1:-}" = registry ] && pull=--pull
"${buildah[@]}" bud --isolation chroot "$pull" --format docker --quiet \
    "${mounts[@]/#/--volume=}" --volume="$folder/pip.conf:/etc/pip.conf:ro" \
    --ignorefile deploy/Dockerfile.dockerignore --file deploy/Dockerfile --tag "$tag" .
