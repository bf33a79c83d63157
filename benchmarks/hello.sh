#!/usr/bin/env bash
# Clean build time, crate count and binary size of a program with one client in it, beside bare reqwest with the same TLS and
# beside peers.
#
#   benchmarks/hello.sh [reqwest twilio-client ultravox-client …]
#
# Each program lies in a folder of its own under target/hello and is built twice from nothing, in turn; the lesser time counts.
# The family is taken from the last commit of this checkout as a Git dependency, since cargo builds what comes from elsewhere as
# it would from a registry: without what it keeps for editing (incremental builds), which it does for dependencies by path.
set -euo pipefail
cd "$(dirname "$0")/.."
root="$PWD"
if [ $# -eq 0 ]; then
    set -- reqwest ultravox-client twilio-client exotel-vsip promptops-client openai-calls twilio-openapi async-openai
fi

program() {
    local name="$1" folder="$root/target/hello/$1"
    mkdir -p "$folder/src"
    {
        printf '[package]\nname = "hello"\nversion = "0.0.0"\nedition = "2024"\n\n[workspace]\n\n[dependencies]\n'
        printf 'tokio = { version = "1", features = ["rt", "macros"] }\n'
        case "$name" in
        reqwest) printf 'reqwest = { version = "0.13.5", default-features = false, features = ["rustls", "gzip", "json"] }\n' ;;
        twilio-openapi) printf 'twilio-openapi = "1.2"\n' ;;
        async-openai) printf 'async-openai = { version = "0.43", features = ["realtime"] }\n' ;;
        *) printf '%s = { git = "file://%s" }\n' "$name" "$root" ;;
        esac
    } >"$folder/Cargo.toml"
    local body
    case "$name" in
    reqwest) body='let answer = reqwest::get("https://api.example.com").await; println!("{:?}", answer.map(|a| a.status()));' ;;
    twilio-openapi) body='use twilio_openapi::apis::{configuration::Configuration, default_api::fetch_call}; println!("{:?}", fetch_call(&Configuration::new(), "AC1", "CA1").await.is_ok());' ;;
    async-openai) body='let answer = async_openai::Client::new().realtime().hangup_call("rtc_1").await; println!("{:?}", answer.is_ok());' ;;
    *) body="$(printf 'println!("{:?}", %s::from_env().map(|_| ()));' "$(client_of "$name")")" ;;
    esac
    rm -f "$folder/Cargo.lock"
    printf '#[tokio::main(flavor = "current_thread")]\nasync fn main() {\n    %s\n}\n' "$body" >"$folder/src/main.rs"
}

client_of() {
    case "$1" in
    ultravox-client) echo ultravox_client::UltravoxClient ;;
    twilio-client) echo twilio_client::TwilioClient ;;
    exotel-vsip) echo exotel_vsip::ExotelClient ;;
    promptops-client) echo promptops_client::PromptOpsClient ;;
    openai-calls) echo openai_calls::OpenAiClient ;;
    *) echo "hello.sh: no program for $1" >&2; exit 2 ;;
    esac
}

seconds() { # seconds NAME
    local target="$root/target/hello/build" begun
    rm -rf "$target"
    begun="$(date +%s.%N)"
    (cd "$root/target/hello/$1" && CARGO_TARGET_DIR="$target" cargo build --quiet) >&2
    echo "$(date +%s.%N) $begun" | awk '{printf "%.1f", $1 - $2}'
}

for name in "$@"; do
    program "$name"
    (cd "target/hello/$name" && cargo fetch --quiet)
done
declare -A best
for _ in 1 2; do
    for name in "$@"; do
        took="$(seconds "$name")"
        if [ -z "${best[$name]:-}" ] || awk "BEGIN{exit !($took < ${best[$name]})}"; then best[$name]="$took"; fi
    done
done
echo "| program | clean build (dev) | beside the first | crates | binary (release, stripped) |"
echo "|---|---|---|---|---|"
for name in "$@"; do
    crates="$(cd "target/hello/$name" && cargo tree --quiet --prefix none --edges normal,build | sed 's/ (.*//' | sort -u | wc -l)"
    (cd "target/hello/$name" && CARGO_PROFILE_RELEASE_STRIP=true CARGO_TARGET_DIR="$root/target/hello/build" cargo build --quiet --release)
    size="$(stat -c %s "target/hello/build/release/hello")"
    awk -v n="$name" -v s="${best[$name]}" -v f="${best[$1]}" -v c="$crates" -v b="$size" \
        'BEGIN{printf "| %s | %.1f s | %.2f | %d | %.1f MB |\n", n, s, s / f, c, b / 1e6}'
done
