//! The simulators as a program: `simulators telegram --listen 127.0.0.1:8081`.

use std::{net::SocketAddr, process::ExitCode};

use clap::{Parser, Subcommand};
use simulators::telegram::Telegram;

/// Servers that speak the wire protocols passerelle meets.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    which: Which,
}

#[derive(Subcommand)]
enum Which {
    /// A Telegram Bot API server, with its people under `/_sim/`.
    Telegram {
        /// Where to listen; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:8081")]
        listen: SocketAddr,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match serve(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("simulators: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(arguments: Arguments) -> std::io::Result<()> {
    match arguments.which {
        Which::Telegram { listen } => {
            let telegram = Telegram::start(listen).await?;
            println!("{}", telegram.url());
            stopped().await?;
            telegram.stop().await;
        }
    }
    Ok(())
}

/// Waits for SIGINT or SIGTERM.
async fn stopped() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}
