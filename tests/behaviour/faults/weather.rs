//! The troubles of a storm: how they begin, and how they end.

use std::time::Duration;

use simulators::{Homeserver, homeserver::Failure, telegram::Fault};

use super::{
    script::{Trouble, Wrong},
    storm::Storm,
};
use crate::square::{Side, Square};

/// So many of the next news come twice, or late.
const DISORDERED: u32 = 2;

impl Storm {
    pub(super) async fn strike(&mut self, trouble: Trouble) {
        let square = &mut self.square;
        match trouble {
            Trouble::Killed => square.house.daemon.kill().unwrap(),
            Trouble::Stopped => square.house.daemon.freeze(true).unwrap(),
            Trouble::DiskFull => square.house.daemon.fill_disk(true).unwrap(),
            Trouble::ClockBack(seconds) => square.house.daemon.shift_clock(-seconds).unwrap(),
            Trouble::Away(Side::Matrix) => match &self.homeserver {
                Some(homeserver) => homeserver.away(true),
                None => square.house.synapse.kill().unwrap(),
            },
            Trouble::Away(side) => square.goes_away(side).await,
            Trouble::Frozen(side) => freeze(square, self.homeserver.as_ref(), side, true),
            Trouble::Cut(side) => square.cut(side),
            Trouble::Slow(side, millis) => {
                self.order(side, "*", 3, Fault::Delay { millis }, Failure::Delay(millis));
            }
            Trouble::Wrong(side, wrong, times) => {
                let (fault, failure) = in_words(wrong);
                self.order(side, "*", times, fault, failure);
            }
            Trouble::Unheard(side, wrong, times) => self.silence(side, wrong, times),
            Trouble::Twice(side) => match side {
                Side::Matrix => self.on_matrix(|homeserver| homeserver.deliver_twice(DISORDERED)),
                Side::Mattermost => square.mattermost.deliver_twice(DISORDERED),
                _ => square.hall(side).server.deliver_twice(DISORDERED),
            },
            Trouble::Late(side) => match side {
                Side::Matrix => self.on_matrix(|homeserver| homeserver.deliver_late(DISORDERED)),
                Side::Mattermost => square.mattermost.deliver_late(DISORDERED),
                _ => square.hall(side).server.deliver_late(DISORDERED),
            },
            Trouble::Revoked(side) => self.revoke(side).await,
        }
    }

    /// Mends what is to be mended after a step.
    pub(super) async fn mend(&mut self, after: usize) {
        let (mut due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.broken).into_iter().partition(|(when, _)| *when <= after);
        self.broken = later;
        let square = &mut self.square;
        while let Some((_, trouble)) = due.pop() {
            if due.iter().chain(&self.broken).any(|(_, other)| *other == trouble) {
                // It struck twice, and lasts.
                continue;
            }
            match trouble {
                Trouble::Killed => square.house.daemon.launch().unwrap(),
                Trouble::Stopped => square.house.daemon.freeze(false).unwrap(),
                Trouble::DiskFull => {
                    square.house.daemon.fill_disk(false).unwrap();
                    // It ends when it cannot even begin; what watches it starts it again.
                    square.house.daemon.launch().unwrap();
                }
                Trouble::ClockBack(_) => square.house.daemon.shift_clock(0).unwrap(),
                Trouble::Away(Side::Matrix) => match &self.homeserver {
                    Some(homeserver) => homeserver.away(false),
                    None => square.house.synapse.start_again().await.unwrap(),
                },
                Trouble::Away(side) => square.comes_back(side).await,
                Trouble::Frozen(side) => freeze(square, self.homeserver.as_ref(), side, false),
                Trouble::Late(Side::Mattermost) => square.mattermost.deliver_late(0),
                Trouble::Late(side @ (Side::Breton | Side::Alsatian)) => {
                    square.hall(side).server.deliver_late(0);
                    square.hall(side).server.hurry();
                }
                _ => {}
            }
        }
    }

    /// Mends all of it.
    pub(super) async fn clear_up(&mut self) {
        self.mend(usize::MAX).await;
        self.square.house.daemon.launch().unwrap();
        self.square.house.telegram.clear_faults();
        for hall in [&self.square.breton, &self.square.alsatian] {
            hall.server.clear_faults();
        }
        self.square.mattermost.clear_faults();
        self.on_matrix(Homeserver::mend);
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

    /// A real Synapse takes no orders.
    fn on_matrix(&self, order: impl FnOnce(&Homeserver)) {
        if let Some(homeserver) = &self.homeserver {
            order(homeserver);
        }
    }

    /// Orders the next calls of a side to go wrong.
    fn order(&self, side: Side, route: &str, times: u32, fault: Fault, failure: Failure) {
        match side {
            Side::Matrix => self.on_matrix(|homeserver| homeserver.fail("/", times, failure)),
            Side::Telegram => self.square.house.telegram.fault(route, times, fault),
            Side::Mattermost => self.square.mattermost.fault(route, times, fault),
            _ => self.square.hall(side).server.fault(route, times, fault),
        }
    }

    /// Orders the next calls by which news come to go wrong.
    fn silence(&self, side: Side, wrong: Wrong, times: u32) {
        let (fault, failure) = in_words(wrong);
        match side {
            // It is the homeserver that calls: the answers do not reach it.
            Side::Matrix => self.on_matrix(|homeserver| homeserver.lose_answers(times)),
            Side::Telegram => self.order(side, "getUpdates", times, fault, failure),
            _ => {
                self.order(side, "websocket", times, fault, failure);
                self.square.cut(side);
            }
        }
    }
}

fn freeze(square: &Square, homeserver: Option<&Homeserver>, side: Side, frozen: bool) {
    match (side, homeserver) {
        (Side::Matrix, Some(homeserver)) => homeserver.freeze(frozen),
        (Side::Matrix, None) if frozen => square.house.synapse.freeze().unwrap(),
        (Side::Matrix, None) => square.house.synapse.thaw().unwrap(),
        (Side::Telegram, _) => square.house.telegram.freeze(frozen),
        (Side::Mattermost, _) => square.mattermost.freeze(frozen),
        _ => square.hall(side).server.freeze(frozen),
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
