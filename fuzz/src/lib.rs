//! Fuzzing of every parser of the family.
//!
//! A target is a function from bytes to nothing that panics when a promise is broken. Three things run them: libFuzzer
//! (`fuzz_targets/`, one line each), the program `short`, which needs only the stable toolchain and takes a minute, and
//! each target's own program with files as arguments, which is how a finding is repeated. `README.md` lists what each asserts.

pub mod mutate;
pub mod support;
mod targets;

macro_rules! targets {
    ($($module:ident { $($name:ident)* })*) => {
        $( pub use targets::$module::{$($name),*}; )*

        /// Every target by its name, which is also that of its program and of its folder in `corpus/`.
        pub const TARGETS: &[Target] = &[$($( Target { name: stringify!($name), run: $name }, )*)*];
    };
}

/// A function of the table [`TARGETS`].
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// What runs one input.
    pub run: fn(&[u8]),
}

targets! {
    limits { rate_limits retry_after go_duration structured_fields }
    ident { ident_phone ident_sid ident_names ident_network ident_sip_uri }
    urls { urls }
    secrets { redaction redactor }
    calls { sip_headers tenant_document tenant_file }
    files { journal_file request_log test_results connect_token }
    lines { certificate doctor_texts socket_answer environment }
    answers {
        ultravox_answer ultravox_pages twilio_answer twilio_pages exotel_answer exotel_pages promptops_answer promptops_pages
        openai_answer openai_pages
    }
    webhooks { standard_webhook ultravox_webhook twilio_webhook twilio_overrides exotel_callback openai_webhook }
    messages {
        ultravox_realtime openai_server_event openai_client_event openai_session twilio_media_stream twilio_relay
    }
    documents { misfit template engine chat snapshot_file experiment_rules twilio_xml exotel_envelope values }
}

/// Makes a program of a target: a libFuzzer one under `--cfg fuzzing`, else one that runs the files it is given.
#[macro_export]
macro_rules! program {
    ($name:ident) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|data: &[u8]| $crate::$name(data));

        #[cfg(not(fuzzing))]
        fn main() -> std::io::Result<()> {
            $crate::repeat($crate::$name)
        }
    };
}

/// Runs a target over the files named on the command line.
///
/// # Errors
/// When a file cannot be read.
pub fn repeat(run: fn(&[u8])) -> std::io::Result<()> {
    for path in std::env::args_os().skip(1) {
        run(&std::fs::read(path)?);
    }
    Ok(())
}
