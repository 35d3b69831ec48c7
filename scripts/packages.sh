# shellcheck shell=sh
# The one list of Debian packages, and how they get installed.
# Sourced by scripts/quickstart and scripts/check.

# What building and running take.
# shellcheck disable=SC2034
packages_build="cmake ninja-build gcc libc6-dev pkg-config libsimgrid-dev
	libjansson-dev libxxhash-dev zlib1g-dev libzstd-dev libsmartcols-dev
	libbsd-dev libgsl-dev gnuplot-nox fonts-dejavu-core"

# What the tests take beside it.
# shellcheck disable=SC2034
packages_test="libcmocka-dev scdoc mandoc bsdextrautils clang clang-format codespell shellcheck python3
	python3-jsonschema binutils git chromium chromium-driver
	parallel munge slurmctld slurmd slurm-client"

# What only scripts/check --full takes.
# shellcheck disable=SC2034
packages_full="clang-tidy pmccabe"

# packages_missing NAME... - print those that are not installed
packages_missing() {
	for package; do
		state=$(dpkg-query -W -f '${db:Status-Status}' "$package" \
			2>/dev/null) || state=missing
		[ "$state" = installed ] || printf '%s\n' "$package"
	done
}

# packages_install NAME... - say what is missing, then install it
# Exits 2 with a message when it cannot.
packages_install() {
	if ! command -v dpkg-query >/dev/null ||
		! command -v apt-get >/dev/null; then
		echo "These scripts install packages on Debian 12 only." \
			"Elsewhere, install what these provide: $*" >&2
		return 0
	fi
	missing=$(packages_missing "$@" | tr '\n' ' ')
	[ -n "$missing" ] || return 0
	echo "Missing packages, to be installed with apt-get: $missing"
	root=
	if [ "$(id -u)" -ne 0 ]; then
		if ! command -v sudo >/dev/null; then
			echo "Not root and no sudo. As root, run:" \
				"apt-get install $missing" >&2
			exit 2
		fi
		root=sudo
	fi
	# shellcheck disable=SC2086
	if ! packages_apt $root $missing; then
		echo "apt-get could not install: $missing" >&2
		exit 2
	fi
}

# packages_apt [sudo] NAME... - the installation itself
packages_apt() {
	sudo=
	if [ "$1" = sudo ]; then
		sudo=$1
		shift
	fi
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get -q update || return
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
		--no-install-recommends -o Dpkg::Use-Pty=0 install "$@"
}
