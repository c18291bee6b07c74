//! The published limits on sending, kept on request: one a second in a chat (short bursts pass), twenty a minute in a
//! group, thirty a second over all.

use super::{refusal::Refusal, world::World};

const MINUTE: i64 = 60_000;
const SECOND: i64 = 1000;

impl World {
    /// Counts `many` messages of a bot to a chat, or refuses them.
    pub fn flood(&mut self, bot: i64, chat: i64, many: usize) -> Result<(), Refusal> {
        if !self.floods {
            return Ok(());
        }
        let now = self.clock.millis();
        let Some(bot) = self.bots.get_mut(&bot) else { return Ok(()) };
        while bot.sent.front().is_some_and(|(at, _)| at + MINUTE <= now) {
            bot.sent.pop_front();
        }
        let (most, span) = if chat < 0 { (20, MINUTE) } else { (5, 5 * SECOND) };
        let windows = [(most, span, Some(chat)), (30, SECOND, None)];
        for (most, span, only) in windows {
            let inside = |(at, to): &&(i64, i64)| at + span > now && only.is_none_or(|chat| chat == *to);
            let sent: Vec<i64> = bot.sent.iter().filter(inside).map(|(at, _)| *at).collect();
            if sent.len() + many > most && !sent.is_empty() {
                let free = sent[(sent.len() + many - most).min(sent.len()) - 1] + span;
                let wait = u64::try_from(free - now).unwrap_or(0).div_ceil(1000).max(1);
                return Err(Refusal::flood(wait));
            }
        }
        bot.sent.extend(std::iter::repeat_n((now, chat), many));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telegram::accounts::Bot;

    #[test]
    fn twenty_a_minute_in_a_group() {
        let mut world = World { floods: true, ..World::default() };
        world.bots.insert(1, Bot::default());
        for _ in 0..20 {
            world.flood(1, -5, 1).unwrap();
        }
        let refusal = world.flood(1, -5, 1).unwrap_err();
        assert!((59..=60).contains(&refusal.retry_after.unwrap()), "{refusal}");
        world.flood(1, -6, 1).unwrap();
        world.clock.advance(61);
        world.flood(1, -5, 1).unwrap();
    }
}
