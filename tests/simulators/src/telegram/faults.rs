//! Faults by order: what the next calls of a method answer instead of, or after, doing their work.

use serde::{Deserialize, Serialize};

use super::world::World;

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// 429, nothing done.
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// 500 with a JSON body, nothing done.
    InternalServerError,
    /// 502 with a page of HTML, nothing done.
    BadGateway,
    /// 401, nothing done.
    Unauthorized,
    /// The connection breaks, nothing done.
    BreakBefore,
    /// The work is done, then the connection breaks.
    BreakAfter,
    /// The work is done, then half of the answer comes and the connection breaks.
    HalfBody,
    /// The work is done and answered, late.
    Delay {
        /// Milliseconds before the work.
        millis: u64,
    },
    /// Any refusal, nothing done.
    Refuse {
        /// HTTP status.
        code: u16,
        /// Description.
        description: String,
    },
}

/// A fault for the next calls of a method.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    /// The method, in any case; `*` for every one but `getUpdates`.
    pub method: String,
    /// How many calls still.
    #[serde(default = "one")]
    pub times: u32,
    /// How many calls go well before.
    #[serde(default)]
    pub after: u32,
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: Fault,
}

fn one() -> u32 {
    1
}

impl World {
    /// The fault ordered for this call, if any: counted down.
    pub fn strike(&mut self, method: &str) -> Option<Fault> {
        let meant = |order: &&mut Order| {
            order.method.eq_ignore_ascii_case(method)
                || order.method == "*" && !method.eq_ignore_ascii_case("getUpdates")
        };
        let order = self.faults.iter_mut().find(meant)?;
        if order.after > 0 {
            order.after -= 1;
            return None;
        }
        let fault = order.fault.clone();
        order.times = order.times.saturating_sub(1);
        self.faults.retain(|order| order.times > 0);
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_counted_down() {
        let mut world = World::default();
        let fault = Fault::TooManyRequests { retry_after: 3 };
        world.faults.push(Order { method: "sendMessage".into(), times: 2, after: 1, fault: fault.clone() });
        assert_eq!(world.strike("SendMessage"), None);
        assert_eq!(world.strike("getMe"), None);
        assert_eq!(world.strike("sendmessage"), Some(fault.clone()));
        assert_eq!(world.strike("sendMessage"), Some(fault));
        assert_eq!(world.strike("sendMessage"), None);
    }

    #[test]
    fn any_method_means_all_but_polling() {
        let mut world = World::default();
        world.faults.push(Order { method: "*".into(), times: 1, after: 0, fault: Fault::BreakAfter });
        assert_eq!(world.strike("getUpdates"), None);
        assert_eq!(world.strike("sendDice"), Some(Fault::BreakAfter));
    }
}
