//! Which lanes run, and what each may have said without our knowing it.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// A step of a delivery, by their numbers.
pub(super) type Step = (i64, u32);

/// The lanes that run, by the numbers of their chats.
#[derive(Default)]
pub(super) struct Lanes(Mutex<HashMap<i64, Lane>>);

#[derive(Default)]
struct Lane {
    /// Whether something came since it last looked.
    woken: bool,
    /// The step that may be there without a receipt: it is under way, or its answer was lost.
    in_doubt: Option<Step>,
    /// Whether that is so since the last time we ran: it can have been several, as long as each was found there.
    left_over: bool,
    /// Whether the last step was there already.
    found: bool,
}

impl Lanes {
    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Lane>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something waits in a lane, perhaps `left_over` since we last ran. Whether the lane is to be started.
    pub(super) fn wake(&self, lane: i64, left_over: bool) -> bool {
        let mut lanes = self.lock();
        if let Some(lane) = lanes.get_mut(&lane) {
            lane.woken = true;
            return false;
        }
        let in_doubt = left_over.then_some(Step::default());
        lanes.insert(lane, Lane { woken: true, in_doubt, left_over, found: false });
        true
    }

    /// The lane is about to look for what waits.
    pub(super) fn looks(&self, lane: i64) {
        self.lock().entry(lane).or_default().woken = false;
    }

    /// Whether the lane may end: nothing came since it last looked, or it must.
    pub(super) fn rest(&self, lane: i64, must: bool) -> bool {
        let mut lanes = self.lock();
        let rests = must || lanes.get(&lane).is_none_or(|lane| !lane.woken);
        if rests {
            lanes.remove(&lane);
        }
        rests
    }

    /// The lane is about to try a step.
    pub(super) fn begins(&self, lane: i64, step: Step) {
        if let Some(lane) = self.lock().get_mut(&lane).filter(|lane| !lane.left_over) {
            lane.in_doubt = Some(step);
        }
    }

    /// Whether what a lane is about to try may be there since the last time we ran.
    pub(super) fn is_left_over(&self, lane: i64) -> bool {
        self.lock().get(&lane).is_some_and(|lane| lane.left_over)
    }

    /// The step that a lane tries was there already.
    pub(super) fn found(&self, lane: i64) {
        if let Some(lane) = self.lock().get_mut(&lane) {
            lane.found = true;
        }
    }

    /// The lane has tried: the step is over, or else it may have been done (`unclear`) or not.
    pub(super) fn tried(&self, lane: i64, over: bool, unclear: bool) {
        if let Some(lane) = self.lock().get_mut(&lane) {
            lane.left_over &= !over || std::mem::take(&mut lane.found);
            lane.in_doubt.take_if(|_| !unclear && !lane.left_over);
        }
    }

    /// The step of a lane that may be there without a receipt.
    pub(super) fn in_doubt(&self, lane: i64) -> Option<Step> {
        self.lock().get(&lane)?.in_doubt
    }

    /// Whether none runs.
    pub(super) fn are_idle(&self) -> bool {
        self.lock().is_empty()
    }
}
