//! What was measured, what it should be, and how both are shown.

use std::fs;

use serde::Serialize;

/// The figures, by the names they have as JSON.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// Events a second through passerelle as a part of those straight to Synapse.
    pub throughput_ratio: f64,
    /// What passerelle adds to the time until Synapse has an event, at the median.
    pub added_p50_ms: f64,
    /// The same for the slowest of a hundred.
    pub added_p99_ms: f64,
    /// Messages a second from Mattermost to Matrix, with servers that answer at once.
    pub messages_per_s_to_matrix: f64,
    /// The same from Matrix to Mattermost.
    pub messages_per_s_from_matrix: f64,
    /// Processor time of the daemon for each of these, in the dearer direction.
    pub cpu_ms_per_message: f64,
    /// Memory with nothing to do and nothing known.
    pub rss_idle_mb: f64,
    /// Memory with 10,000 portals and 100,000 ghosts known, after a message in each portal both ways.
    pub rss_large_mb: f64,
    /// From the start until ready, knowing these.
    pub ready_large_s: f64,
    /// What a message costs with 10,000 links as a multiple of what it costs with 10.
    pub growth_links: f64,
    /// What a message costs with a million messages known as a multiple of what it costs with a thousand.
    pub growth_mappings: f64,
}

/// What a figure should be.
enum Goal {
    AtLeast(f64),
    Below(f64),
    AtMost(f64),
}

impl Figures {
    /// The table, with the machine that it is of.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = format!("{}\n\n", machine());
        table.push_str(
            "| what                                                     | measured |     goal |     |\n",
        );
        table.push_str(
            "|----------------------------------------------------------|---------:|---------:|-----|\n",
        );
        for (what, value, goal) in self.rows() {
            let (sign, wanted, met) = match goal {
                Goal::AtLeast(goal) => ('≥', goal, value >= goal),
                Goal::Below(goal) => ('<', goal, value < goal),
                Goal::AtMost(goal) => ('≤', goal, value <= goal),
            };
            let (value, goal) = (shown(value), format!("{sign} {}", shown(wanted)));
            let met = if met { "met" } else { "not" };
            table.push_str(&format!("| {what:<56} | {value:>8} | {goal:>8} | {met} |\n"));
        }
        table
    }

    fn rows(&self) -> [(&'static str, f64, Goal); 11] {
        [
            ("throughput beside straight to Synapse", self.throughput_ratio, Goal::AtLeast(0.95)),
            ("latency added at the median, ms", self.added_p50_ms, Goal::Below(5.0)),
            ("latency added for the slowest of 100, ms", self.added_p99_ms, Goal::Below(25.0)),
            ("messages a second to Matrix", self.messages_per_s_to_matrix, Goal::AtLeast(2000.0)),
            ("messages a second from Matrix", self.messages_per_s_from_matrix, Goal::AtLeast(2000.0)),
            ("processor time for a message, ms", self.cpu_ms_per_message, Goal::Below(0.5)),
            ("memory idle, MB", self.rss_idle_mb, Goal::Below(25.0)),
            ("memory with 10,000 portals and 100,000 ghosts, MB", self.rss_large_mb, Goal::Below(80.0)),
            ("start to ready with these, s", self.ready_large_s, Goal::Below(1.0)),
            ("cost with 10,000 links, of that with 10", self.growth_links, Goal::AtMost(1.2)),
            ("cost with 1,000,000 messages, of that with 1,000", self.growth_mappings, Goal::AtMost(1.2)),
        ]
    }
}

fn shown(value: f64) -> String {
    if value.abs() >= 100.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

/// The processor's name and its cores.
fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let name = name.map_or("an unknown processor", |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    format!("{name}, {cores} cores")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_in_the_table_with_its_goal() {
        let figures = Figures {
            throughput_ratio: 0.97,
            added_p50_ms: 5.5,
            added_p99_ms: 9.0,
            messages_per_s_to_matrix: 2345.6,
            messages_per_s_from_matrix: 1999.0,
            cpu_ms_per_message: 0.4,
            rss_idle_mb: 12.0,
            rss_large_mb: 70.0,
            ready_large_s: 0.2,
            growth_links: 1.1,
            growth_mappings: 1.2,
        };
        let table = figures.table();
        assert_eq!(table.matches("| met |").count(), 9, "{table}");
        assert_eq!(table.matches("| not |").count(), 2, "{table}");
        let json = serde_json::to_value(&figures).unwrap();
        assert_eq!(json.as_object().unwrap().len(), figures.rows().len());
    }
}
