//! A storm over one room with all its networks.

use std::time::Duration;

use simulators::{Homeserver, homeserver::Failure, telegram::Fault};

use super::{
    clock,
    ledger::{Difference, Entry, Ledger, mark},
    script::{Deed, Step, Trouble, What, Wrong, steps},
};
use crate::{
    house::{PATIENCE, TOKEN},
    square::{SIDES, Side, Square},
};

/// A room with everything around it, and what was said there.
pub struct Storm {
    seed: u64,
    square: Square,
    homeserver: Homeserver,
    ledger: Ledger,
    /// What is to be mended, and when: a step's number.
    broken: Vec<(usize, Trouble)>,
    /// The bots' tokens.
    tokens: Vec<(Side, String)>,
    /// How many troubles may have left something in doubt on its way to Telegram.
    pub in_doubt: usize,
}

impl Storm {
    /// Builds everything, in good weather.
    pub async fn gather(seed: u64) -> Self {
        let homeserver = Homeserver::start().await.unwrap();
        let square = Square::on(&homeserver, clock::library()).await;
        let tokens = vec![
            (Side::Telegram, TOKEN.to_owned()),
            (Side::Breton, square.breton.token.clone()),
            (Side::Alsatian, square.alsatian.token.clone()),
            (Side::Mattermost, square.bot_token.clone()),
        ];
        let (ledger, broken) = (Ledger::default(), Vec::new());
        Self { seed, square, homeserver, ledger, broken, tokens, in_doubt: 0 }
    }

    /// Plays the whole script, mends everything, and waits until every side shows what was said.
    pub async fn play(&mut self) -> Difference {
        for (number, Step { what, pause }) in steps(self.seed).into_iter().enumerate() {
            match what {
                What::Deed(side, deed) => self.act(side, deed).await,
                What::Trouble(trouble, lasts) => {
                    self.in_doubt += usize::from(trouble.leaves_in_doubt(Side::Telegram));
                    self.strike(trouble).await;
                    self.broken.push((number + lasts, trouble));
                }
            }
            tokio::time::sleep(Duration::from_millis(pause)).await;
            self.mend(number).await;
        }
        self.mend(usize::MAX).await;
        self.square.house.daemon.launch().unwrap();
        self.square.house.telegram.clear_faults();
        for hall in [&self.square.breton, &self.square.alsatian] {
            hall.server.clear_faults();
        }
        self.square.mattermost.clear_faults();
        self.homeserver.mend();
        self.settle().await
    }

    /// Waits until every side is as it must be, at most for a while.
    async fn settle(&mut self) -> Difference {
        for side in SIDES {
            self.act(side, Deed::Say).await;
        }
        let end = tokio::time::Instant::now() + PATIENCE * 2;
        loop {
            let difference = self.ledger.compare(&self.square).await;
            if difference.wrong.is_empty() || tokio::time::Instant::now() > end {
                return difference;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// What to say when it did not end well.
    pub fn log(&self) -> String {
        let script: Vec<String> = steps(self.seed).iter().map(|step| format!("{step:?}")).collect();
        format!("{}\n{}", script.join("\n"), self.square.house.daemon.log())
    }

    async fn act(&mut self, side: Side, deed: Deed) {
        let number = self.ledger.0.len();
        let text = mark(number);
        let mut entry = Entry {
            side,
            id: String::new(),
            text,
            about: None,
            has_file: false,
            reacted: false,
            gone: false,
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
                entry.id = self.square.reply(side, &there, &entry.text).await;
            }
            Deed::React(which) => {
                let Some((about, there)) = self.visible(side, which).await else { return };
                // Somebody reacts once with the same.
                if !self.ledger.0[about].reacted {
                    self.ledger.0[about].reacted = true;
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
                entry.side == side && !entry.gone && fit(entry)
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
                let said = seen.iter().find(|said| said.text.starts_with(&mark(number)))?;
                Some((number, said.id.clone()))
            })
            .collect();
        (!visible.is_empty()).then(|| visible[which as usize % visible.len()].clone())
    }

    async fn strike(&mut self, trouble: Trouble) {
        let square = &mut self.square;
        match trouble {
            Trouble::Killed => square.house.daemon.kill().unwrap(),
            Trouble::DiskFull => square.house.daemon.fill_disk(true).unwrap(),
            Trouble::ClockBack(seconds) => square.house.daemon.shift_clock(-seconds).unwrap(),
            Trouble::Twice => self.homeserver.deliver_twice(2),
            Trouble::Away(Side::Matrix) => self.homeserver.away(true),
            Trouble::Away(Side::Telegram) => square.house.telegram.pause().await,
            Trouble::Away(Side::Breton) => square.breton.server.pause().await,
            Trouble::Away(Side::Alsatian) => square.alsatian.server.pause().await,
            Trouble::Away(Side::Mattermost) => square.mattermost.pause().await,
            Trouble::Cut(Side::Breton) => square.breton.server.cut(),
            Trouble::Cut(Side::Alsatian) => square.alsatian.server.cut(),
            Trouble::Cut(Side::Mattermost) => square.mattermost.cut(),
            // They have none.
            Trouble::Cut(Side::Matrix | Side::Telegram) => {}
            Trouble::Slow(side, millis) => {
                order(square, &self.homeserver, side, 3, Fault::Delay { millis }, Failure::Delay(millis));
            }
            Trouble::Wrong(side, wrong, times) => {
                let (fault, failure) = in_words(wrong);
                order(square, &self.homeserver, side, times, fault, failure);
            }
            Trouble::Revoked(side) => self.revoke(side).await,
        }
    }

    /// Mends what is to be mended after a step.
    async fn mend(&mut self, after: usize) {
        let (due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.broken).into_iter().partition(|(when, _)| *when <= after);
        self.broken = later;
        let square = &mut self.square;
        for (_, trouble) in due {
            match trouble {
                Trouble::Killed => square.house.daemon.launch().unwrap(),
                Trouble::DiskFull => {
                    square.house.daemon.fill_disk(false).unwrap();
                    // It ends when it cannot even begin; what watches it starts it again.
                    square.house.daemon.launch().unwrap();
                }
                Trouble::ClockBack(_) => square.house.daemon.shift_clock(0).unwrap(),
                Trouble::Away(Side::Matrix) => self.homeserver.away(false),
                Trouble::Away(Side::Telegram) => square.house.telegram.resume().await.unwrap(),
                Trouble::Away(Side::Breton) => square.breton.server.resume().await.unwrap(),
                Trouble::Away(Side::Alsatian) => square.alsatian.server.resume().await.unwrap(),
                Trouble::Away(Side::Mattermost) => square.mattermost.resume().await.unwrap(),
                _ => {}
            }
        }
    }

    /// A token becomes worth nothing; a little later its hoster notices, and starts the daemon with the new one.
    async fn revoke(&mut self, side: Side) {
        let Some((_, token)) = self.tokens.iter_mut().find(|(of, _)| *of == side) else { return };
        let square = &mut self.square;
        let new = match side {
            Side::Telegram => square.house.telegram.revoke(square.house.bot),
            Side::Breton => square.breton.server.revoke(&square.breton.bot),
            Side::Alsatian => square.alsatian.server.revoke(&square.alsatian.bot),
            _ => square.mattermost.revoke(square.bot()),
        };
        tokio::time::sleep(Duration::from_millis(200)).await;
        square.house.daemon.edit_config(|config| config.replace(token.as_str(), &new)).unwrap();
        *token = new;
        square.house.daemon.kill().unwrap();
        square.house.daemon.launch().unwrap();
    }
}

/// Orders the next calls of a side to go wrong.
fn order(square: &Square, homeserver: &Homeserver, side: Side, times: u32, fault: Fault, failure: Failure) {
    match side {
        Side::Matrix => homeserver.fail("/", times, failure),
        Side::Telegram => square.house.telegram.fault("*", times, fault),
        Side::Breton => square.breton.server.fault("*", times, fault),
        Side::Alsatian => square.alsatian.server.fault("*", times, fault),
        Side::Mattermost => square.mattermost.fault("*", times, fault),
    }
}

/// The same, as the simulators and as the homeserver name it.
fn in_words(wrong: Wrong) -> (Fault, Failure) {
    match wrong {
        Wrong::TooMany => (Fault::TooManyRequests { retry_after: 1 }, Failure::TooManyRequests(1)),
        Wrong::Internal => (Fault::InternalServerError, Failure::Status(500)),
        Wrong::BadGateway => (Fault::BadGateway, Failure::BadGateway),
        Wrong::Unavailable => (Fault::Unavailable, Failure::Status(503)),
        Wrong::BreakBefore => (Fault::BreakBefore, Failure::BreakBefore),
        Wrong::BreakAfter => (Fault::BreakAfter, Failure::BreakAfter),
        Wrong::HalfBody => (Fault::HalfBody, Failure::HalfBody),
        Wrong::Garbage => (Fault::Garbage, Failure::Garbage),
    }
}
