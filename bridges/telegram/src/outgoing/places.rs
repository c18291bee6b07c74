//! Places on the map, and those that move with somebody.

use contract::{Copy, Location};
use serde_json::{Value, json};

use super::{Manner, steps::Step};
use crate::{
    Telegram,
    client::{EditMessageLiveLocation, Failure, SendLocation, SendVenue, StopMessageLiveLocation},
};

/// Seconds that a place can move for (Bot API, `sendLocation`). One that still moves then is said anew; one of which nothing
/// more is heard does not look as if it moved for ever.
const MOVES_FOR: u32 = 3600;

impl Telegram {
    /// A place; one with a name is a venue (Bot API, `sendLocation`, `sendVenue`).
    pub(super) async fn send_place(
        &self,
        manner: &Manner,
        place: &Location,
    ) -> std::result::Result<Value, Failure> {
        let mut params = manner.params();
        params["latitude"] = json!(place.latitude);
        params["longitude"] = json!(place.longitude);
        if place.live && !place.ended {
            params["live_period"] = json!(MOVES_FOR);
        }
        let Some(name) = &place.name else { return self.client.call(SendLocation(params)).await };
        params["title"] = json!(name);
        let coordinates = Location { name: None, address: None, ..place.clone() }.place();
        params["address"] = json!(place.address.as_deref().unwrap_or(&coordinates));
        self.client.call(SendVenue(params)).await
    }

    /// Moves a place, or lets it stay where it is from now on (Bot API, `editMessageLiveLocation`,
    /// `stopMessageLiveLocation`).
    pub(super) async fn move_place(
        &self,
        chat: i64,
        id: i64,
        place: &Location,
    ) -> std::result::Result<Value, Failure> {
        let mut params = json!({ "chat_id": chat, "message_id": id });
        if place.ended {
            return self.client.call(StopMessageLiveLocation(params)).await;
        }
        params["latitude"] = json!(place.latitude);
        params["longitude"] = json!(place.longitude);
        self.client.call(EditMessageLiveLocation(params)).await
    }
}

/// Whether a step is what announces a place that only moved on.
pub(super) fn is_as_it_was(steps: &[Step], at: usize, copies: &[Copy]) -> bool {
    let moves = matches!(steps.last(), Some(Step::Place(place)) if place.live && !place.ended);
    let is_there = |step: usize| copies.iter().any(|copy| copy.step as usize == step);
    moves && at + 1 < steps.len() && is_there(at) && is_there(steps.len() - 1)
}
