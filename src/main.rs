//! The daemon's front door: arguments, logging, exit code.

use std::{io::ErrorKind, path::Path, process::ExitCode};

use contract::Phrase;
use passerelle::{
    app::App,
    check::check,
    cli::{Cli, Command},
    config::{Config, Log, LogFormat, Mistakes},
    init::init,
    keeper,
    registration::{Registration, beside, write_private},
    render::{Asked, Render, RenderError},
    words::{Language, say},
};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

type Error = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let cli = Cli::read();
    // One provider for the whole process. A second call would only say that there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("passerelle: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            // As for a command line that cannot be read: trying again will not help.
            let mistaken = error.is::<Mistakes>()
                || matches!(error.downcast_ref::<RenderError>(), Some(RenderError::Input(_)));
            if mistaken { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode, Error> {
    match cli.command {
        Command::Init(options) => {
            println!("{}", init(&options, &cli.config).map_err(|error| error.told(&options))?);
        }
        Command::Registration { output, force } => {
            let config = Config::load(&cli.config)?;
            let output = output.unwrap_or_else(|| beside(&cli.config));
            write_private(&output, &Registration::of(&config).to_yaml(), force).map_err(|why| {
                let key = match why.kind() {
                    ErrorKind::AlreadyExists => "init-exists",
                    _ => "init-unwritable",
                };
                let phrase = Phrase::new(key).with("file", output.display()).with("why", why);
                say(&phrase, config.language)
            })?;
            let written = Phrase::new("registration-written").with("file", output.display());
            println!("{}", say(&written, config.language));
        }
        Command::Check { json } => {
            let right = runtime()?.block_on(check(&cli.config, json));
            return Ok(if right { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::Backup { file } => {
            let config = Config::load(&cli.config)?;
            let told = runtime()?.block_on(keeper::backup(&config, &file));
            println!("{}", told.map_err(|error| error.told(config.language))?);
        }
        Command::DeadLetters { asked } => {
            let config = Config::load(&cli.config)?;
            let told = runtime()?.block_on(keeper::dead_letters(&config, &asked));
            println!("{}", told.map_err(|error| error.told(config.language))?);
        }
        Command::Render { from, to, server_name, language } => {
            let language = if language == "en" { Language::En } else { Language::Fr };
            let asked = Asked { from, to, server_name, language };
            let rendered =
                runtime()?.block_on(async { Render::new(asked).await?.run(std::io::stdin()).await })?;
            for line in rendered.told {
                eprintln!("{line}");
            }
            println!("{}", serde_json::to_string_pretty(&rendered.requests)?);
        }
        Command::Run => {
            let runtime = runtime()?;
            let outcome = runtime.block_on(serve(&cli.config));
            // What did not finish in time is tried again at the next start.
            runtime.shutdown_background();
            outcome?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

async fn serve(config: &Path) -> Result<(), Error> {
    let config = Config::load(config)?;
    log(&config.log)?;
    let stop = CancellationToken::new();
    let language = config.language;
    let app = App::build(config, stop.clone()).await.map_err(|error| error.told(language))?;
    tokio::spawn(async move {
        asked_to_stop().await;
        stop.cancel();
    });
    app.run().await;
    Ok(())
}

/// Logs go to standard error, so that they mix with no answer.
fn log(log: &Log) -> Result<(), Error> {
    let filter = EnvFilter::try_new(&log.level).map_err(|why| format!("log.level: {why}"))?;
    // A log that cannot be written, on a full disk, is no reason to panic: complaining would be written to the same place.
    let logs = tracing_subscriber::fmt().log_internal_errors(false);
    let logs = logs.with_env_filter(filter).with_writer(std::io::stderr);
    match log.format {
        LogFormat::Human => logs.with_target(false).init(),
        LogFormat::Json => logs.json().init(),
    }
    Ok(())
}

async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = match signal(SignalKind::terminate()) {
        Ok(signal) => signal,
        Err(error) => {
            tracing::warn!(%error, "cannot hear SIGTERM");
            return std::future::pending().await;
        }
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
