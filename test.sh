#!/usr/bin/env bash
# Builds and runs every test of the workspace. Needs Rust and a C compiler, nothing else: the providers are simulated on
# loopback, and no test leaves this machine.
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

# VOICE_SPECS_DIR names the folder of the providers' operation lists, which some tests hold the crates against.
if [ -z "${VOICE_SPECS_DIR:-}" ]; then
    echo "test.sh: VOICE_SPECS_DIR is not set: the tests against the providers' operation lists will skip themselves"
fi

exec cargo test --workspace --locked \
    --features voice-core/testkit,voice-core/backoff,voice-core/report-html,ultravox-client/testkit,twilio-client/testkit,exotel-vsip/testkit \
    "$@"
