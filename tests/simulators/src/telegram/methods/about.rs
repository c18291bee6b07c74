//! What a bot says of itself: its name and its two descriptions, by language.

use serde_json::json;

use super::{Answer, Ask};
use crate::telegram::{refusal::Refusal, text::units, world::World};

fn tell(world: &World, ask: &Ask<'_>, what: &'static str) -> Answer {
    let bot = world.bots.get(&ask.bot).ok_or_else(Refusal::unauthorized)?;
    let language = ask.params.text("language_code").unwrap_or_default();
    let said = |language: &str| bot.about.get(&(what, language.to_owned())).cloned();
    let own =
        || if what == "name" { world.account(ask.bot).ok().map(|a| a.first_name.clone()) } else { None };
    let words = said(&language).or_else(|| said("")).or_else(own).unwrap_or_default();
    Ok(json!({ what: words }))
}

fn keep(world: &mut World, ask: &Ask<'_>, what: &'static str, most: usize) -> Answer {
    let words = ask.params.text(what).unwrap_or_default();
    if units(&words) > most {
        return Err(Refusal::bad(format_args!("bot {} is too long", what.replace('_', " "))));
    }
    let key = (what, ask.params.text("language_code").unwrap_or_default());
    let bot = world.bots.get_mut(&ask.bot).ok_or_else(Refusal::unauthorized)?;
    if words.is_empty() {
        bot.about.remove(&key)
    } else {
        bot.about.insert(key, words)
    };
    Ok(true.into())
}

pub fn get_my_name(world: &mut World, ask: &Ask<'_>) -> Answer {
    tell(world, ask, "name")
}

pub fn set_my_name(world: &mut World, ask: &Ask<'_>) -> Answer {
    keep(world, ask, "name", 64)
}

pub fn get_my_description(world: &mut World, ask: &Ask<'_>) -> Answer {
    tell(world, ask, "description")
}

pub fn set_my_description(world: &mut World, ask: &Ask<'_>) -> Answer {
    keep(world, ask, "description", 512)
}

pub fn get_my_short_description(world: &mut World, ask: &Ask<'_>) -> Answer {
    tell(world, ask, "short_description")
}

pub fn set_my_short_description(world: &mut World, ask: &Ask<'_>) -> Answer {
    keep(world, ask, "short_description", 120)
}
