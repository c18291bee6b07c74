//! A storm over one room with its networks.

use std::{collections::HashMap, time::Duration};

use serde_json::{Value, json};
use simulators::Homeserver;

use super::{
    clock,
    ledger::{Difference, Entry, Ledger, mark, words},
    script::{Deed, Seed, Step, Trouble, What, steps},
};
use crate::{
    house::{PATIENCE, TOKEN},
    square::{Side, Square},
};

/// A room with everything around it, and what was said there.
pub struct Storm {
    seed: Seed,
    pub(super) square: Square,
    /// The homeserver in this process; where there is none, a real Synapse.
    pub(super) homeserver: Option<Homeserver>,
    ledger: Ledger,
    /// What is to be mended, and when: a step's number.
    pub(super) broken: Vec<(usize, Trouble)>,
    /// The bots' tokens.
    pub(super) tokens: Vec<(Side, String)>,
    /// How many troubles may have left something in doubt on its way to a side.
    in_doubt: HashMap<Side, usize>,
}

/// What came of a storm.
pub struct Outcome {
    /// What is not as it must be, what was doubled for no reason among it.
    pub wrong: Vec<String>,
    /// How many messages were said.
    pub said: usize,
    /// How many troubles may have left something in doubt.
    pub in_doubt: usize,
    /// How many messages were doubled that may have been in doubt.
    pub doubled: usize,
}

impl Storm {
    /// Builds everything, in good weather.
    pub async fn gather(seed: Seed) -> Self {
        let homeserver = Homeserver::start().await.unwrap();
        let square = Square::on(&homeserver, seed.0.sides(), clock::library()).await;
        Self::over(seed, square, Some(homeserver))
    }

    /// The same on a real Synapse.
    pub async fn gather_on_synapse(seed: Seed) -> Self {
        Self::over(seed, Square::of(seed.0.sides(), clock::library()).await, None)
    }

    fn over(seed: Seed, square: Square, homeserver: Option<Homeserver>) -> Self {
        let tokens = vec![
            (Side::Telegram, TOKEN.to_owned()),
            (Side::Breton, square.breton.token.clone()),
            (Side::Alsatian, square.alsatian.token.clone()),
            (Side::Mattermost, square.bot_token.clone()),
        ];
        // In every fourth storm Telegram keeps its limits, which the daemon was told nothing of: it must obey the refusals.
        square.house.telegram.floods(seed.1.is_multiple_of(4));
        let (ledger, broken, in_doubt) = (Ledger::default(), Vec::new(), HashMap::new());
        Self { seed, square, homeserver, ledger, broken, tokens, in_doubt }
    }

    /// Plays the whole script, mends everything, and waits until every side shows what was said.
    pub async fn play(&mut self) -> Outcome {
        for (number, Step { what, pause }) in steps(self.seed).into_iter().enumerate() {
            match what {
                // On a real one nobody can speak meanwhile.
                What::Deed(Side::Matrix, _) if self.homeserver.is_none() && self.is_matrix_away() => {}
                What::Deed(side, deed) => self.act(side, deed).await,
                What::Trouble(trouble, lasts) => {
                    for side in self.seed.0.sides() {
                        let counted = usize::from(trouble.leaves_in_doubt(*side));
                        *self.in_doubt.entry(*side).or_default() += counted;
                    }
                    self.strike(trouble).await;
                    self.broken.push((number + lasts, trouble));
                }
            }
            tokio::time::sleep(Duration::from_millis(pause)).await;
            self.mend(number).await;
        }
        self.clear_up().await;
        let difference = self.settle().await;
        self.judge(difference)
    }

    /// Waits until every side is as it must be, at most for a while.
    async fn settle(&mut self) -> Difference {
        for side in self.seed.0.sides() {
            self.act(*side, Deed::Say).await;
        }
        let end = tokio::time::Instant::now() + PATIENCE * 2;
        loop {
            let difference = self.ledger.compare(&self.square, self.seed.0.sides()).await;
            if difference.is_none() || tokio::time::Instant::now() > end {
                return difference;
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
            // What began while the disk was full may have ended only now: what watches it starts it again.
            self.square.house.daemon.launch().unwrap();
        }
    }

    /// Tells what was doubled within the window that cannot be closed from what was doubled outside it.
    fn judge(&self, difference: Difference) -> Outcome {
        let Difference { mut wrong, doubled, left, .. } = difference;
        let mut inside: HashMap<Side, usize> = HashMap::new();
        for (side, number) in left {
            if side == Side::Telegram && self.was_sent_twice(number) {
                // It stood there twice, and one of the two was known.
                *inside.entry(side).or_default() += 1;
            } else {
                wrong.push(format!("{side:?} still shows {}", mark(number)));
            }
        }
        for (side, number) in doubled {
            let entry = &self.ledger.0[number];
            let is_open = match side {
                Side::Telegram => true,
                // Only a file has an id that the server chooses.
                Side::Breton | Side::Alsatian => entry.has_file,
                Side::Matrix | Side::Mattermost => false,
            };
            if is_open {
                *inside.entry(side).or_default() += 1;
            } else {
                wrong.push(format!("{side:?} doubled {entry:?}"));
            }
        }
        for (side, doubled) in &inside {
            let in_doubt = self.in_doubt.get(side).copied().unwrap_or_default();
            if *doubled > in_doubt {
                wrong.push(format!("{side:?} doubled {doubled}, and only {in_doubt} were in doubt"));
            }
        }
        let (said, doubled) = (self.ledger.0.len(), inside.values().sum());
        Outcome { wrong, said, in_doubt: self.in_doubt.values().sum(), doubled }
    }

    /// Whether Telegram was asked more than once to say a message, and did or may have done so each time.
    fn was_sent_twice(&self, number: usize) -> bool {
        let says = |words: &Value| words.as_str().is_some_and(|words| words.contains(&mark(number)));
        let sent = self.square.house.telegram.calls().into_iter().filter(|call| {
            let is_done = call.status.is_none_or(|status| status == 200);
            call.method.starts_with("send")
                && is_done
                && ["text", "caption"].iter().any(|key| call.params.get(*key).is_some_and(says))
        });
        sent.count() > 1
    }

    /// What to say when it did not end well.
    pub fn log(&self) -> String {
        let script: Vec<String> = steps(self.seed).iter().map(|step| format!("{step:?}")).collect();
        let asked = self.square.house.telegram.calls().into_iter().filter(|call| call.method != "getUpdates");
        let asked: Vec<String> = asked
            .map(|call| format!("{} {} {:?} {}", call.at, call.method, call.status, json!(call.params)))
            .collect();
        format!("{}\n{}\n{}", script.join("\n"), asked.join("\n"), self.square.house.daemon.log())
    }

    fn is_matrix_away(&self) -> bool {
        let away = [Trouble::Away(Side::Matrix), Trouble::Frozen(Side::Matrix)];
        self.broken.iter().any(|(_, trouble)| away.contains(trouble))
    }

    /// Whether news of a side come behind newer ones just now.
    fn is_late(&self, side: Side) -> bool {
        side != Side::Matrix && self.broken.iter().any(|(_, trouble)| *trouble == Trouble::Late(side))
    }

    async fn act(&mut self, side: Side, deed: Deed) {
        // Mattermost's history does not tell which of two posts of one millisecond came first.
        tokio::time::sleep(Duration::from_millis(2)).await;
        let number = self.ledger.0.len();
        let text = mark(number);
        let mut entry = Entry {
            side,
            id: String::new(),
            text,
            about: None,
            has_file: false,
            reacted: None,
            gone: false,
            late: self.is_late(side),
        };
        match deed {
            Deed::Say => entry.id = self.square.say(side, &entry.text).await,
            Deed::SendFile => {
                entry.has_file = true;
                entry.id = self.square.send_file(side, &entry.text).await;
            }
            Deed::Reply(which) => {
                let Some((about, there)) = self.visible(side, which).await else { return };
                entry.about = Some(about);
                // Nobody answers what they have not seen.
                if matches!(side, Side::Breton | Side::Alsatian) {
                    self.square.hall(side).server.hurry();
                }
                entry.id = self.square.reply(side, &there, &entry.text).await;
            }
            Deed::React(which) => {
                let Some((about, there)) = self.visible(side, which).await else { return };
                // Somebody reacts once with the same.
                if self.ledger.0[about].reacted.is_none() {
                    self.ledger.0[about].reacted = Some(side);
                    self.square.react(side, &there).await;
                }
                return;
            }
            Deed::Edit(which) => {
                if let Some(own) = self.own(side, which, |entry| !entry.has_file) {
                    let text = format!("{} version {number}", mark(own));
                    self.square.edit(side, &self.ledger.0[own].id, &text).await;
                    self.ledger.0[own].text = text;
                }
                return;
            }
            Deed::Delete(which) => {
                if let Some(own) = self.own(side, which, |_| true) {
                    self.square.delete(side, &self.ledger.0[own].id).await;
                    self.ledger.0[own].gone = true;
                }
                return;
            }
        }
        self.ledger.0.push(entry);
    }

    /// One of the messages that somebody on a side said there.
    fn own(&self, side: Side, which: u32, fit: impl Fn(&Entry) -> bool) -> Option<usize> {
        let own: Vec<usize> = (0..self.ledger.0.len())
            .filter(|number| {
                let entry = &self.ledger.0[*number];
                entry.side == side
                    && !entry.gone
                    && !self.ledger.may_go_with_its_thread(*number)
                    && fit(entry)
            })
            .collect();
        (!own.is_empty()).then(|| own[which as usize % own.len()])
    }

    /// One of the messages that can be seen on a side, and its id there.
    async fn visible(&self, side: Side, which: u32) -> Option<(usize, String)> {
        let seen = self.square.seen(side).await;
        let visible: Vec<(usize, String)> = (0..self.ledger.0.len())
            .filter(|number| !self.ledger.0[*number].gone)
            .filter_map(|number| {
                let said = seen.iter().find(|said| words(said).starts_with(&mark(number)))?;
                Some((number, said.id.clone()))
            })
            .collect();
        (!visible.is_empty()).then(|| visible[which as usize % visible.len()].clone())
    }
}
