//! `cargo demo`: a real Synapse, simulators of Telegram, Rocket.Chat and Mattermost, and passerelle; a conversation between them; then yours.

use std::{io, process::ExitCode};

use clap::Parser;
use simulators::{daemon, demo::Demo};

/// Builds and starts everything, plays a conversation, shows what each side sees, and stays up.
#[derive(Parser)]
#[command(name = "cargo demo")]
struct Arguments {
    /// End after the conversation: 0 when every line arrived where it should, else 1.
    #[arg(long)]
    once: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match play(&Arguments::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("demo: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn play(arguments: &Arguments) -> io::Result<bool> {
    println!("Building passerelle…");
    let program = daemon::build()?;
    println!("Starting Synapse, Telegram, Rocket.Chat, Mattermost and passerelle…");
    let demo = Demo::start(&program).await?;
    println!("Linking and talking…\n");
    let missing = demo.converse().await?;
    println!("{}", demo.transcripts().await?);
    for line in &missing {
        println!("MISSING: {line}");
    }
    if !missing.is_empty() {
        println!("passerelle's log:\n{}", demo.log());
    }
    if missing.is_empty() {
        println!("Every line arrived where it should.");
    }
    if !arguments.once {
        println!("{}", demo.addresses());
        tokio::signal::ctrl_c().await?;
    }
    Ok(missing.is_empty())
}
