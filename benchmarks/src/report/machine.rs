//! What it was measured on.

use std::fs;
use std::process::Command;

/// Processor, cores, system, compiler, and how busy the machine was.
#[must_use]
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = read("/proc/loadavg").and_then(|text| text.split(' ').next().map(str::to_owned));
    let parts = [
        Some(processor().unwrap_or_else(|| std::env::consts::ARCH.to_owned())),
        Some(format!("{cores} cores")),
        Some(std::env::consts::OS.to_owned()),
        compiler(),
        load.map(|load| format!("load {load} at the start")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn processor() -> Option<String> {
    let text = read("/proc/cpuinfo")?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    let name = line.split(':').nth(1)?.trim().to_owned();
    let hashes = text.contains("sha_ni").then_some(" with SHA instructions");
    Some(name + hashes.unwrap_or_default())
}

fn compiler() -> Option<String> {
    let answer = Command::new("rustc").arg("--version").output().ok()?;
    let text = String::from_utf8(answer.stdout).ok()?;
    let mut words = text.split_whitespace();
    Some(format!("{} {}", words.next()?, words.next()?))
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok()
}
