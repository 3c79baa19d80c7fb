# Sourced by ./cellvit and ./test: makes a bare Debian or Ubuntu machine ready. Needs $root.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

say() { printf '%s\n' "$*" >&2; }

# The .NET SDK that global.json asks for, or one line on how to get it.
require_sdk() {
  if ! command -v dotnet >/dev/null 2>&1 || ! (cd "$root" && dotnet --version >/dev/null 2>&1); then
    say "The .NET 10 SDK is missing. Get it with: sudo apt-get install dotnet-sdk-10.0   (package feed: https://learn.microsoft.com/dotnet/core/install/linux)"
    exit 2
  fi
}

has_openslide() {
  "$(command -v ldconfig || echo /sbin/ldconfig)" -p 2>/dev/null | grep -q 'libopenslide\.so\.[01]'
}

# Debian packages by name: as root, with password-less sudo, or as one line for the user to type.
install_packages() {
  if [ "$(id -u)" = 0 ]; then
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@") >/dev/null 2>&1 && return
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    (sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@") >/dev/null 2>&1 && return
  fi
  say "Please install what is missing: sudo apt-get install $*"
  return 1
}

# Slides need the OpenSlide library; commands that open none work without it and the others say so.
require_openslide() {
  has_openslide || { say "Installing the OpenSlide library (libopenslide0) …"; install_packages libopenslide0 || true; }
}

# The tests start a PostgreSQL server of their own; where we may, the package is kept from creating and starting one of its own.
require_postgresql() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && return
  say "Installing PostgreSQL for the tests (postgresql) …"
  local conf=/etc/postgresql-common/createcluster.conf
  install_packages postgresql-common || return 0
  if [ -w "$conf" ]; then
    cp -p "$conf" "$conf.before"
    echo 'create_main_cluster = false' >>"$conf"
  fi
  install_packages postgresql || true
  [ ! -f "$conf.before" ] || mv "$conf.before" "$conf"
}

cli="$root/artifacts/bin/CellVitCluster.Cli/release_linux-x64/cellvit.dll"
stamp="$root/artifacts/.cellvit-built"

is_built() {
  [ -f "$cli" ] && [ -f "$stamp" ] &&
    [ -z "$(find "$root/src" "$root/build" "$root/configs" "$root"/Directory.*.props "$root"/Directory.*.targets "$root/global.json" \
      -newer "$stamp" -print -quit)" ]
}

# Builds Release when a source is newer than the last build. Two commands at once wait for each other.
build_cli() {
  is_built && return
  require_sdk
  mkdir -p "$root/artifacts"
  exec 9>"$root/artifacts/.build-lock"
  flock 9
  if ! is_built; then
    say "Building CellVitCluster (about a minute, only when sources changed) …"
    started=$(mktemp "$root/artifacts/.started.XXXXXX")
    if ! dotnet build "$root/src/CellVitCluster.Cli" -c Release -v quiet -clp:NoSummary >"$root/artifacts/build.log" 2>&1; then
      rm -f "$started"
      grep -E 'error' "$root/artifacts/build.log" | sort -u | head -20 >&2 || true
      say "The build failed; the whole report is in artifacts/build.log."
      exit 2
    fi
    # A source saved while the build ran is newer than its start, so the next call builds again.
    mv "$started" "$stamp"
  fi
  exec 9>&-
}
