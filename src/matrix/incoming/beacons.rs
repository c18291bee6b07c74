//! Places that move with somebody (MSC3489, MSC3672): a state event begins and ends it, others say where they are.

use contract::{Body, Card, Kind, Location, Phrase};
use serde_json::Value;

use super::{Envelope, content};

/// Somebody begins to share where they are, or ceases.
pub(super) fn info(envelope: &Envelope) -> Option<Kind> {
    if envelope.content["live"] == true {
        let body = Body::of(Phrase::new("live-location").into());
        return Some(Kind::Message { ids: vec![envelope.event_id.as_str().into()], body });
    }
    let begun = envelope.unsigned["replaces_state"].as_str()?;
    Some(Kind::Edit { target: begun.into(), body: Body::of(Phrase::new("live-location-over").into()) })
}

/// Where they are now.
pub(super) fn moved(content: &Value) -> Option<Kind> {
    let begun = content["m.relates_to"]["event_id"].as_str()?;
    let place = [&content["m.location"], &content["org.matrix.msc3488.location"]];
    let uri = place.into_iter().find_map(|place| place["uri"].as_str())?;
    let (latitude, longitude) = content::degrees(uri)?;
    let card =
        Card::Location(Location { latitude, longitude, name: None, address: None, live: true, ended: false });
    Some(Kind::Edit { target: begun.into(), body: Body { card: Some(card), ..Body::default() } })
}
