//! Every target over its corpus, and over inputs made of it, for about a minute in all.
//!
//! `short [NAME…]` runs only the targets named. The environment sets the volume: `FUZZ_INPUTS` inputs per target at
//! most (default 20,000), `FUZZ_MILLIS` milliseconds per target at most (default 1,000), `FUZZ_SEED` another sequence. Inputs
//! are the same for the same seed; the time only decides how many of them are run.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use voice_fuzz::mutate::Mutator;
use voice_fuzz::{TARGETS, Target};

struct Volume {
    inputs: u64,
    time: Duration,
    seed: u64,
}

fn setting(name: &str, default: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn corpus(name: &str) -> io::Result<BTreeMap<PathBuf, Vec<u8>>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(name);
    fs::read_dir(folder)?
        .map(|entry| {
            let path = entry?.path();
            let bytes = fs::read(&path)?;
            Ok((path, bytes))
        })
        .collect()
}

/// Runs one input; a panic is kept as a file, named.
fn holds(target: &Target, input: &[u8], from: &str) -> bool {
    if catch_unwind(AssertUnwindSafe(|| (target.run)(input))).is_ok() {
        return true;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("artifacts")
        .join(target.name);
    let kept = folder.join("short");
    let saved = fs::create_dir_all(&folder).and_then(|()| fs::write(&kept, input));
    match saved {
        Ok(()) => eprintln!(
            "{}: broken by {from}, kept as {}",
            target.name,
            kept.display()
        ),
        Err(error) => eprintln!("{}: broken by {from}: {input:?} ({error})", target.name),
    }
    false
}

fn run(target: &Target, volume: &Volume) -> io::Result<bool> {
    let seeds = corpus(target.name)?;
    let start = Instant::now();
    for (path, seed) in &seeds {
        if !holds(target, seed, &path.display().to_string()) {
            return Ok(false);
        }
    }
    let name = target.name.bytes().fold(volume.seed, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    let mut mutator = Mutator::new(name);
    let mut pool: Vec<Vec<u8>> = seeds.into_values().collect();
    let mut count = 0;
    while count < volume.inputs && start.elapsed() < volume.time {
        let input = mutator.make(&pool);
        if !holds(target, &input, &format!("input {count}")) {
            return Ok(false);
        }
        count += 1;
        // Some changes are kept, so that later inputs are further away.
        if count % 97 == 0 && pool.len() < 200 {
            pool.push(input);
        }
    }
    println!(
        "{:24} {count:6} inputs in {:5} ms",
        target.name,
        start.elapsed().as_millis()
    );
    Ok(true)
}

fn main() -> io::Result<ExitCode> {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let volume = Volume {
        inputs: setting("FUZZ_INPUTS", 20_000),
        time: Duration::from_millis(setting("FUZZ_MILLIS", 1_000)),
        seed: setting("FUZZ_SEED", 1),
    };
    let mut broken = 0;
    for target in TARGETS {
        let is_asked = names.is_empty() || names.iter().any(|name| name == target.name);
        if is_asked && !run(target, &volume)? {
            broken += 1;
        }
    }
    if broken > 0 {
        eprintln!("{broken} of {} targets are broken", TARGETS.len());
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
