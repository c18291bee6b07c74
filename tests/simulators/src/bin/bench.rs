//! What passerelle costs, measured here and now: prints a table, or JSON.

use std::process::ExitCode;

use clap::Parser;
use simulators::{
    bench::{Effort, Figures, measure},
    daemon,
};

/// Builds passerelle, starts everything it needs (Synapse is installed under target/ the first time), and measures:
/// through passerelle beside the same events straight to Synapse; between servers that answer at once, each message
/// durable before it is acknowledged; and how both grow with what is known. Run it with `--release`, on a machine that
/// does nothing else. It fails when a message is lost, doubled or out of order.
#[derive(Parser)]
#[command(name = "bench", verbatim_doc_comment)]
struct Arguments {
    /// A rough answer within two minutes.
    #[arg(long)]
    quick: bool,
    /// One JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments).await {
        Ok(figures) if arguments.json => match serde_json::to_string_pretty(&figures) {
            Ok(json) => println!("{json}"),
            Err(error) => return failed(&error),
        },
        Ok(figures) => println!("{}", figures.table()),
        Err(error) => return failed(&error),
    }
    ExitCode::SUCCESS
}

async fn run(arguments: &Arguments) -> std::io::Result<Figures> {
    eprintln!("building passerelle…");
    let program = daemon::build()?;
    measure(&program, if arguments.quick { Effort::quick() } else { Effort::full() }).await
}

fn failed(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("bench: {error}");
    ExitCode::FAILURE
}
