//! What people would notice, through the front door: the real daemon between a real Synapse and a simulated Telegram.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod absences;
mod animators;
mod benchmark;
mod channels;
mod check;
mod codes;
mod conformance;
mod crossing;
mod crowds;
mod dead_letters;
mod edits_and_deletes;
mod faces;
mod faults;
mod floors;
mod gaps;
mod guide;
mod hostile;
mod hostile_words;
mod house;
mod hub;
mod large_files;
mod linking;
mod media;
mod members;
mod messages;
mod names;
mod networks;
mod oddities;
mod outages;
mod pace;
mod polls;
mod puppets;
mod reactions;
mod render;
mod replies;
mod restart;
mod rooms;
mod shutdown;
mod square;
mod threads;
mod waiting;
mod workspace;
