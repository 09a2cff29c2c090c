# Sourced by the other scripts: makes .venv at the root with geoparks in it, from locked dependencies.
# Needs Python 3.11 or later with venv and pip, and nothing else.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
python="$root/.venv/bin/python"

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3; do
    [ -n "$candidate" ] || continue
    if command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      command -v "$candidate"
      return
    fi
  done
  echo "geoparks needs Python 3.11 or later with venv and pip: apt-get install python3 python3-venv python3-pip" >&2
  exit 1
}

# ensure_venv WHAT: WHAT is "run" (the package alone) or "dev" (with the test tools and linters).
ensure_venv() {
  local what=$1 lock stamp
  lock="requirements/$what.txt"
  stamp=".venv/.geoparks-$what-$(cat "$lock" pyproject.toml | cksum | cut -d' ' -f1)"
  if [ ! -x "$python" ]; then
    echo "Making .venv …" >&2
    "$(find_python)" -m venv .venv
  fi
  if [ ! -e "$stamp" ]; then
    echo "Installing $lock …" >&2
    "$python" -m pip install --quiet --disable-pip-version-check -r "$lock"
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
    rm -f .venv/.geoparks-"$what"-*
    touch "$stamp"
  fi
}

# ensure_debian PACKAGE…: installs missing Debian packages as root, else prints the one command that does.
ensure_debian() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    echo "Missing: ${missing[*]}. Please run: sudo apt-get install -y ${missing[*]}" >&2
    exit 1
  fi
  echo "Installing ${missing[*]} …" >&2
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
