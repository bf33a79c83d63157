//! A knowledge base: files into a corpus with a bar of progress, a question to it, an agent that looks things up there.
//!
//! Runs on the built-in simulator of Ultravox. With `ULTRAVOX_API_KEY` in the environment, `--real` lists the account's
//! corpora, and with `--yes` it also does all of this there, with files of yours if you name some, and deletes what it made.
//!
//! ```sh
//! cargo run --example knowledge_base
//! cargo run --example knowledge_base -- --real --yes handbook.pdf prices.md
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use ultravox_client::UltravoxClient;
use ultravox_client::agents::{NewAgent, TemplateSpec};
use ultravox_client::corpora::{
    CorpusQuery, IngestError, IngestProgress, ListCorpora, NewCorpus, Patience,
};
use ultravox_client::testkit::{SimSettings, UltravoxSimulator};
use ultravox_client::types::{CorpusId, SelectedTool, UploadFile};
use voice_core::error::Error;
use voice_core::ident::AgentName;

/// Puts files into a corpus and lets an agent look things up in it, on the built-in simulator or on a real account.
#[derive(Debug, Parser)]
#[command(name = "knowledge_base")]
struct Args {
    /// Use the account whose key is in ULTRAVOX_API_KEY
    #[arg(long)]
    real: bool,

    /// With --real: also create a corpus and an agent, and delete them again
    #[arg(long)]
    yes: bool,

    /// What to ask
    #[arg(long, default_value = "When is the shop open on Saturdays?")]
    ask: String,

    /// Files to upload instead of the two built-in ones; their names must tell their types
    files: Vec<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error}");
            if let Some(hint) = error.hint() {
                eprintln!("{hint}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<(), Error> {
    if !args.real {
        println!("This runs on the built-in simulator of Ultravox.\n");
        let settings = SimSettings::new().load_time(Duration::from_millis(1_500));
        let simulator = UltravoxSimulator::start_with(settings).await;
        let client = simulator.client().build()?;
        return build(&client, args).await;
    }
    let client = UltravoxClient::from_env()?;
    let mut corpora = client.corpora().list(&ListCorpora::new());
    while let Some(corpus) = corpora.next().await {
        let corpus = corpus?;
        println!(
            "corpus    {}",
            corpus.name.as_deref().unwrap_or("(without a name)")
        );
    }
    if !args.yes {
        println!(
            "\nRun it again with --yes to create a corpus and an agent, and to delete them again."
        );
        return Ok(());
    }
    build(&client, args).await
}

/// Creates the corpus and whatever uses it, and deletes it whatever happened.
async fn build(client: &UltravoxClient, args: &Args) -> Result<(), Error> {
    let files = files(args)?;
    let order = NewCorpus::new("Bluebell Flowers").description("What customers ask");
    let corpus = client.corpora().create(&order).await?;
    let id = corpus.id()?;
    println!("corpus    {id}");
    let outcome = fill_and_ask(client, id, files, &args.ask).await;
    client.corpora().delete(id).await?;
    println!("deleted   {id}");
    outcome
}

fn files(args: &Args) -> Result<Vec<UploadFile>, Error> {
    if !args.files.is_empty() {
        return args.files.iter().map(UploadFile::open).collect();
    }
    let hours = "# Opening hours\n\nThe shop is open from nine to six on weekdays.\n\n\
                 On Saturdays the shop is open from ten to two.\n\nOn Sundays it is closed.\n";
    let care = "Roses want water every other day.\n\n".repeat(8_000);
    Ok(vec![
        UploadFile::new("hours.md", hours)?,
        UploadFile::new("care.txt", care)?,
    ])
}

async fn fill_and_ask(
    client: &UltravoxClient,
    corpus: &CorpusId,
    files: Vec<UploadFile>,
    question: &str,
) -> Result<(), Error> {
    // Files, source, wait. What got in stays in: a failure says how far it came, and resume() goes on from there.
    let ingest = || {
        let ingest = client
            .corpora()
            .ingest(corpus)
            .name("Files")
            .patience(Patience::default().first(Duration::from_millis(300)))
            .on_progress(show);
        files
            .iter()
            .cloned()
            .fold(ingest, |ingest, file| ingest.file(file))
    };
    let ingested = match ingest().run().await {
        Err(IngestError { done, error, .. }) if error.is_transient() => {
            println!("\nagain     {error}");
            ingest().resume(done).run().await?
        }
        outcome => outcome?,
    };
    println!("ready     {} documents", ingested.source.documents());

    let query = CorpusQuery::new(question).max_results(3_u32);
    println!("\nasked     {question}");
    for found in client.corpora().query(corpus, &query).await?.iter() {
        let score = found.score.unwrap_or_default();
        let text = found.content.as_deref().unwrap_or_default();
        let line: String = text.chars().take(70).collect();
        println!("  {score:.2}    {}", line.replace('\n', " "));
    }

    // The agent has the built-in tool, bound to this corpus.
    let template = TemplateSpec::new(
        "You answer the phone of a flower shop. Look things up before you answer.",
    )
    .selected_tools([SelectedTool::query_corpus(corpus, Some(5))]);
    let agent = NewAgent::new(AgentName::parse("Bluebell knowledge")?, template);
    let agent = client.agents().create(&agent).await?;
    let id = agent.id()?;
    println!("\nagent     {id} looks things up in {corpus}");
    client.agents().delete(id).await?;
    println!("deleted   {id}");
    Ok(())
}

/// One line for what goes on: a bar while a file is sent.
fn show(progress: IngestProgress<'_>) {
    const WIDTH: u64 = 30;
    match progress {
        IngestProgress::Uploading {
            file,
            files,
            progress,
            ..
        } => {
            let done = progress.sent * WIDTH / progress.total.max(1);
            let bar: String = (0..WIDTH)
                .map(|at| if at < done { '#' } else { '.' })
                .collect();
            print!(
                "\rfile {file}/{files}  [{bar}] {:>7} of {} bytes",
                progress.sent, progress.total
            );
        }
        IngestProgress::Uploaded { document, .. } => println!("\nuploaded  {document}"),
        other => println!("          {other}"),
    }
    let _ = std::io::stdout().flush();
}
