#!/usr/bin/env bash
# Builds and runs every test of the workspace. Needs Rust, a C compiler and redis-server, which it installs when there is
# none: the providers are simulated on loopback, and no test leaves this machine.
set -euo pipefail
cd "$(dirname "$0")"

if ! command -v cargo >/dev/null 2>&1; then
    echo "test.sh: cargo was not found; install Rust from rustup and try again" >&2
    exit 1
fi
if ! command -v cc >/dev/null 2>&1 && ! command -v gcc >/dev/null 2>&1 && ! command -v clang >/dev/null 2>&1; then
    echo "test.sh: no C compiler was found (cc, gcc or clang); the TLS library needs one to build" >&2
    exit 1
fi

# The stores are tested on a real Redis, which each test starts for itself.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        echo "test.sh: neither root nor sudo: cannot run: $*" >&2
        return 1
    fi
}

install_redis() {
    if command -v apt-get >/dev/null 2>&1; then
        as_root apt-get update || true
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y redis-server
    elif command -v dnf >/dev/null 2>&1; then
        # Newer systems have Valkey in its place, with a package that gives it the old names.
        as_root dnf install -y redis || as_root dnf install -y valkey valkey-compat-redis
    elif command -v apk >/dev/null 2>&1; then
        as_root apk add redis
    elif command -v pacman >/dev/null 2>&1; then
        as_root pacman -S --noconfirm --needed valkey
    elif command -v brew >/dev/null 2>&1; then
        brew install redis
    else
        echo "test.sh: no apt-get, dnf, apk, pacman or brew to install it with" >&2
        return 1
    fi
}

if ! command -v redis-server >/dev/null 2>&1; then
    echo "test.sh: redis-server was not found; installing it with the system's package manager"
    if ! install_redis || ! command -v redis-server >/dev/null 2>&1; then
        echo "test.sh: redis-server could not be installed; install Redis 6 or later and try again" >&2
        exit 1
    fi
fi

# VOICE_SPECS_DIR names the folder of the providers' operation lists, which some tests hold the crates against.
if [ -z "${VOICE_SPECS_DIR:-}" ]; then
    echo "test.sh: VOICE_SPECS_DIR is not set: the tests against the providers' operation lists will skip themselves"
fi

exec cargo test --workspace --locked \
    --features voice-core/testkit,voice-core/backoff,voice-core/report-html,voice-core/redis,voice-core/doctor,voice-core/intake,voice-core/socket,voice-core/json-log,voice-core/file-journal,voice-core/metrics,voice-core/phone-metadata,ultravox-client/testkit,ultravox-client/doctor,twilio-client/testkit,twilio-client/doctor,exotel-vsip/testkit,exotel-vsip/doctor,openai-calls/testkit,openai-calls/intake,openai-calls/doctor,promptops-client/testkit,promptops-client/redis,promptops-client/doctor,promptops-client/metrics,promptops-client/engine \
    "$@"
