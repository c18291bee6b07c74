//! Frames in another order than what they tell, and twice: each is on its way by itself, and nothing queues them.

use serde_json::Value;

/// How many frames about messages are still to come so.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disorder {
    /// Behind the next one.
    pub late: u32,
    /// Twice.
    pub twice: u32,
}

/// The frame of a connection that is to come behind the next one.
#[derive(Debug, Default)]
pub struct Held(Option<Value>);

impl Held {
    /// What is sent when a frame is to be. `Null` is none, and lets out what is held.
    pub fn pass(&mut self, frame: Value, disorder: &mut Disorder) -> Vec<Value> {
        if frame.is_null() {
            return self.0.take().into_iter().collect();
        }
        if frame["collection"] != "stream-room-messages" {
            return vec![frame];
        }
        if let Some(held) = self.0.take() {
            return vec![frame, held];
        }
        if disorder.late > 0 {
            disorder.late -= 1;
            self.0 = Some(frame);
            return Vec::new();
        }
        let twice = disorder.twice > 0;
        disorder.twice = disorder.twice.saturating_sub(1);
        if twice { vec![frame.clone(), frame] } else { vec![frame] }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_late_frame_comes_behind_the_next_about_a_message() {
        let frame = |n: u32| json!({ "collection": "stream-room-messages", "n": n });
        let (mut held, mut disorder) = (Held::default(), Disorder { late: 2, twice: 1 });
        assert!(held.pass(frame(1), &mut disorder).is_empty());
        assert_eq!(held.pass(json!({ "msg": "pong" }), &mut disorder).len(), 1);
        assert_eq!(held.pass(frame(2), &mut disorder), [frame(2), frame(1)]);
        assert!(held.pass(frame(3), &mut disorder).is_empty());
        assert_eq!(held.pass(Value::Null, &mut disorder), [frame(3)]);
        assert_eq!(held.pass(frame(4), &mut disorder), [frame(4), frame(4)]);
        assert_eq!(held.pass(frame(5), &mut disorder), [frame(5)]);
    }
}
