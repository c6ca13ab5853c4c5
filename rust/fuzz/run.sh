#!/bin/sh
# Builds the libFuzzer program and runs every Rust target: run.sh SECONDS [TARGET...]
# Coverage comes from the compiler's own pass, so that a stable toolchain serves; a C++ compiler links libFuzzer.
set -eu
seconds="$1"
shift
root="$(cd "$(dirname "$0")/../.." && pwd)"
out="${CARGO_TARGET_DIR:-$root/target}/fuzz"
host="$(rustc -vV | sed -n 's/^host: //p')"
names="${*:-guard supervisor machine trainer events phase jerk_limited pattern drives}"

flags="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
flags="$flags -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
flags="$flags -Cllvm-args=-sanitizer-coverage-trace-compares"
flags="$flags -Ccodegen-units=1 -Cdebug-assertions -Coverflow-checks -Cdebuginfo=1"
# With a target named, the flags leave build scripts alone.
RUSTFLAGS="$flags" CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1 cargo build --manifest-path "$root/Cargo.toml" --quiet --locked --release \
    --package gaitloop-fuzz --features libfuzzer --target "$host" --target-dir "$out"

for name in $names; do
    new="$out/corpus/$name"
    found="$out/found/$name"
    mkdir -p "$new" "$found" "$root/tests/fuzz/corpus/$name" "$root/tests/fuzz/regressions/$name"
    echo "fuzz $name: $seconds s"
    GAITLOOP_FUZZ="$name" "$out/$host/release/gaitloop-fuzz" "$new" "$root/tests/fuzz/corpus/$name" \
        "$root/tests/fuzz/regressions/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=4096 \
        -use_value_profile=1 -print_final_stats=1 -verbosity=0 -artifact_prefix="$found/" 2>"$out/$name.log" || {
        tail -n 60 "$out/$name.log" >&2
        echo "make fuzz: $name failed; the input is in $found" >&2
        exit 1
    }
    runs="$(sed -n 's/^stat::number_of_executed_units: *//p' "$out/$name.log")"
    echo "make fuzz: $name passed $runs inputs in $seconds s"
done
