//! The simulators as a program: `simulators telegram --listen 127.0.0.1:8081`.

use std::{net::SocketAddr, process::ExitCode};

use clap::{Parser, Subcommand};
use simulators::{mattermost::Mattermost, rocketchat::RocketChat, telegram::Telegram};

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
    /// A Rocket.Chat server, with its people under `/_sim/`.
    Rocketchat {
        /// Where to listen; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:8082")]
        listen: SocketAddr,
    },
    /// A Mattermost server, with its people under `/_sim/`.
    Mattermost {
        /// Where to listen; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:8083")]
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
        Which::Rocketchat { listen } => {
            let rocketchat = RocketChat::start(listen).await?;
            println!("{}", rocketchat.url());
            stopped().await?;
            rocketchat.stop().await;
        }
        Which::Mattermost { listen } => {
            let mattermost = Mattermost::start(listen).await?;
            println!("{}", mattermost.url());
            stopped().await?;
            mattermost.stop().await;
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
