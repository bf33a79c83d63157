//! Prints one table: this family beside bare reqwest and its peers, measured in turn in one process.

use std::process::ExitCode;

use voice_benchmarks::values::{numbers, prompts, twiml, webhooks};
use voice_benchmarks::{Options, Row, clients, report, requests};

/// A section's name, and what measures it.
type Section = (&'static str, fn(&Options) -> Vec<Row>);

const SECTIONS: &[Section] = &[
    ("requests", requests::section),
    ("clients", clients::section),
    ("numbers", numbers::section),
    ("webhooks", webhooks::section),
    ("twiml", twiml::section),
    ("prompts", prompts::section),
];

const USAGE: &str = "\
cargo run --release --bin compare -- [--section NAME]... [--quick] [--json] [--write]

  --section NAME  only this section; may be given several times
  --quick         a few rounds, to see that everything runs; the figures mean little
  --json          JSON instead of the table
  --write         also writes the results into README.md and results.svg";

/// What was asked for on the command line.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    sections: Vec<String>,
    quick: bool,
    json: bool,
    write: bool,
}

fn read(arguments: impl IntoIterator<Item = String>) -> Result<Asked, String> {
    let mut asked = Asked::default();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--section" => {
                let name = arguments.next().ok_or("--section needs a name")?;
                if !SECTIONS.iter().any(|(known, _)| *known == name) {
                    let known: Vec<_> = SECTIONS.iter().map(|(name, _)| *name).collect();
                    return Err(format!(
                        "there is no section {name}; there are {}",
                        known.join(", ")
                    ));
                }
                asked.sections.push(name);
            }
            "--quick" => asked.quick = true,
            "--json" => asked.json = true,
            "--write" => asked.write = true,
            other => return Err(format!("what is {other}?")),
        }
    }
    if asked.write && (asked.quick || !asked.sections.is_empty()) {
        return Err("--write goes with all sections and all rounds".to_owned());
    }
    Ok(asked)
}

fn main() -> ExitCode {
    let asked = match read(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(problem) => {
            eprintln!("{problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let options = if asked.quick {
        Options::quick()
    } else {
        Options::full()
    };
    let machine = report::machine();
    if cfg!(debug_assertions) {
        eprintln!("not built with --release: the figures mean nothing");
    }
    let mut rows = Vec::new();
    for (name, section) in SECTIONS {
        if asked.sections.is_empty() || asked.sections.iter().any(|one| one == name) {
            eprintln!("measuring {name} …");
            rows.extend(section(&options));
        }
    }
    if asked.json {
        println!("{:#}", report::json(&rows, &options, &machine));
    } else {
        println!(
            "{machine}; {} rounds\n\n{}",
            options.rounds,
            report::table(&rows)
        );
    }
    if asked.write
        && let Err(error) = report::write(&rows, &options, &machine)
    {
        eprintln!("{}: {error}", report::README);
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read_and_mistakes_named() {
        let of = |text: &str| read(text.split_whitespace().map(str::to_owned));
        assert_eq!(of(""), Ok(Asked::default()));
        let asked = of("--section twiml --quick --json --section prompts").unwrap();
        assert_eq!(asked.sections, ["twiml", "prompts"]);
        assert!(asked.quick && asked.json && !asked.write);
        for bad in [
            "--section",
            "--section nothing",
            "--what",
            "--write --quick",
            "--write --section twiml",
        ] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }
}
