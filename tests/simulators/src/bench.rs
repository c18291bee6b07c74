//! What passerelle costs, in three measures that anybody can repeat.
//!
//! 1. [`beside`]: through passerelle beside the same events straight to a real Synapse.
//! 2. [`between`]: between a homeserver and a Mattermost that answer at once ([`instant`]), every message durable
//!    before it is acknowledged.
//! 3. The same with more and more [`known`], and what that takes in memory and at the start.
//!
//! The [`ledger`] knows each message: one that is lost, doubled or out of order fails the benchmark.

use std::{io, path::Path, time::Duration};

mod beside;
pub mod between;
mod figures;
mod instant;
pub mod known;
mod ledger;

pub use figures::Figures;

use beside::{Amount, Comparison, median};
use between::{Between, Cost};
use known::Known;

/// Chats that talk at a time, unless their number is what is measured.
const CHATS: usize = 100;
/// Messages on their way at a time.
const WINDOW: usize = 400;
/// Until a daemon that has nothing to do has put away what it needed to start.
const CALM: Duration = Duration::from_secs(3);

/// How thoroughly.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    beside: Amount,
    /// Turns of each stretch; the median counts.
    turns: usize,
    /// Messages of a stretch.
    messages: usize,
}

impl Effort {
    /// What the figures in the README come from.
    #[must_use]
    pub fn full() -> Self {
        Self { beside: Amount { pairs: 75, events: 80, singles: 500 }, turns: 5, messages: 20_000 }
    }

    /// A rough answer in less than two minutes.
    #[must_use]
    pub fn quick() -> Self {
        Self { beside: Amount { pairs: 8, events: 80, singles: 80 }, turns: 3, messages: 3_000 }
    }
}

/// Measures everything with the daemon at `program`.
pub async fn measure(program: &Path, effort: Effort) -> io::Result<Figures> {
    eprintln!("beside straight to Synapse…");
    let Comparison { throughput, direct_rate, added_p50_ms, added_p99_ms } =
        beside::compare(program, effort.beside).await?;
    eprintln!("  (Synapse takes {direct_rate:.0} events a second straight)");
    eprintln!("between servers that answer at once…");
    let rss_idle_mb = idle(program).await?;
    let speed = speed(program, effort).await?;
    eprintln!("with 10 and 10,000 links…");
    let (links, large) = growth_of_links(program, effort).await?;
    eprintln!("with a thousand and a million messages known…");
    let known = |messages| Known { messages, ..Known::links(CHATS) };
    let few = warmed(program, &known(1_000)).await?;
    let many = warmed(program, &known(1_000_000)).await?;
    Ok(Figures {
        throughput_ratio: throughput,
        added_p50_ms,
        added_p99_ms,
        messages_per_s_to_matrix: speed.to_matrix,
        messages_per_s_from_matrix: speed.from_matrix,
        cpu_ms_per_message: speed.cpu_ms,
        rss_idle_mb,
        rss_large_mb: large.rss_mb,
        ready_large_s: large.ready_s,
        growth_links: links,
        growth_mappings: growth(&few, &many, effort).await?,
    })
}

struct Speed {
    to_matrix: f64,
    from_matrix: f64,
    /// In the dearer direction.
    cpu_ms: f64,
}

async fn speed(program: &Path, effort: Effort) -> io::Result<Speed> {
    let between = warmed(program, &Known::links(CHATS)).await?;
    let (mut to, mut from): (Vec<Cost>, Vec<Cost>) = (Vec::new(), Vec::new());
    for _ in 0..effort.turns {
        to.push(between.to_matrix(effort.messages).await?);
        from.push(between.to_mattermost(effort.messages).await?);
    }
    let rate = |costs: &[Cost]| median(costs.iter().map(|cost| cost.stretch.rate()).collect());
    let cpu = |costs: &[Cost]| median(costs.iter().map(|cost| cost.cpu_ms).collect());
    let (cpu_to, cpu_from) = (cpu(&to), cpu(&from));
    eprintln!("  (processor time to Matrix {cpu_to:.3} ms, from Matrix {cpu_from:.3} ms)");
    Ok(Speed { to_matrix: rate(&to), from_matrix: rate(&from), cpu_ms: cpu_to.max(cpu_from) })
}

/// The memory of a daemon that knows nothing and has nothing to do, MB.
async fn idle(program: &Path) -> io::Result<f64> {
    let between = Between::start(program, &Known::links(1), 1).await?;
    tokio::time::sleep(CALM).await;
    megabytes(&between)
}

struct Large {
    rss_mb: f64,
    ready_s: f64,
}

/// How a message's cost grows with the links, and what many of them take.
async fn growth_of_links(program: &Path, effort: Effort) -> io::Result<(f64, Large)> {
    let many = warmed(program, &Known { ghosts: 100_000, ..Known::links(10_000) }).await?;
    tokio::time::sleep(CALM).await;
    let large = Large { rss_mb: megabytes(&many)?, ready_s: many.ready_in.as_secs_f64() };
    let few = warmed(program, &Known::links(10)).await?;
    Ok((growth(&few, &many, effort).await?, large))
}

/// The cost of a message in `many` as a multiple of that in `few`, by turns.
async fn growth(few: &Between, many: &Between, effort: Effort) -> io::Result<f64> {
    let mut ratios = Vec::new();
    for _ in 0..effort.turns {
        let mut costs = [0.0; 2];
        for (cost, between) in costs.iter_mut().zip([few, many]) {
            *cost += between.to_matrix(effort.messages).await?.cpu_ms;
            *cost += between.to_mattermost(effort.messages).await?.cpu_ms;
        }
        ratios.push(costs[1] / costs[0]);
    }
    Ok(median(ratios))
}

async fn warmed(program: &Path, known: &Known) -> io::Result<Between> {
    let between = Between::start(program, known, WINDOW).await?;
    between.warm_up().await?;
    Ok(between)
}

fn megabytes(between: &Between) -> io::Result<f64> {
    let kib = between.daemon.resident()?;
    Ok(u32::try_from(kib).map_or(f64::INFINITY, f64::from) * 1024.0 / 1e6)
}
