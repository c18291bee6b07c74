//! Deliveries that begin and end, many lanes at a time.

use std::collections::HashMap;

use contract::{MessageId, Receipt};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::{
    ROWS, Result, Store, is_kept,
    lines::{Line, insert_line},
    outbox::{Waiting, newest},
    run, unsaid,
    writer::Flush,
};

/// That nobody may still ask for what an event said.
const NOT_KEPT: &str = "NOT EXISTS (SELECT 1 FROM dead_letters WHERE event = events.id)
     AND NOT EXISTS (SELECT 1 FROM unsaid WHERE message = events.message AND event = events.id)";

/// A step that was done, and what it made.
#[derive(Debug)]
pub(super) struct Done {
    delivery: i64,
    chat: i64,
    message: Option<i64>,
    step: u32,
    receipt: Receipt,
}

impl Store {
    /// Notes that the next step is about to be tried on a network where trying twice may say it twice. Returns the
    /// newest messages there: the last that we made, and the last that we heard.
    pub async fn begin(&self, waiting: &Waiting) -> Result<Vec<MessageId>> {
        self.beginning.ask(&self.writer, waiting.id).await
    }

    /// A step is delivered: remembers what it made, and that it need not be done again. Where it may be, `idempotent`, a
    /// power cut may forget that.
    pub async fn delivered(&self, waiting: &Waiting, receipt: &Receipt, idempotent: bool) -> Result<()> {
        // What an edit makes of one part of a message stays that part.
        let part = if receipt.made.is_empty() { None } else { self.part(waiting).await? };
        let done = Done {
            delivery: waiting.id,
            chat: waiting.chat,
            message: waiting.message,
            step: part.map_or(waiting.step, |(part, _)| part),
            receipt: receipt.clone(),
        };
        match idempotent {
            true => self.done_again.ask(&self.writer.flushing(Flush::Later), done).await,
            false => self.done.ask(&self.writer, done).await,
        }
    }
}

/// Notes that the next step of each of these is about to be tried.
pub(super) async fn begin_all(
    db: &mut SqliteConnection,
    deliveries: Vec<i64>,
) -> Result<Vec<Vec<MessageId>>> {
    let mut known = HashMap::with_capacity(deliveries.len());
    for some in deliveries.chunks(ROWS) {
        let mut query = QueryBuilder::new(
            "UPDATE outbox SET unclear = 1,
             after = (SELECT json_array(last_made, last_heard) FROM chats WHERE chats.id = outbox.chat) WHERE id IN ",
        );
        push_list(&mut query, some).push(" RETURNING id, after");
        let rows: Vec<(i64, Option<String>)> =
            query.build_query_as().persistent(is_kept(some)).fetch_all(&mut *db).await?;
        known.extend(rows);
    }
    deliveries.iter().map(|id| newest(known.get(id).and_then(Option::as_deref))).collect()
}

/// Remembers what these steps made, and takes what is finished out of its lane.
pub(super) async fn finish_all(db: &mut SqliteConnection, done: Vec<Done>) -> Result<Vec<()>> {
    for some in done.chunks(ROWS) {
        for step in some {
            remember_rest(db, step).await?;
        }
        let ids = |more| some.iter().filter(move |step| step.receipt.more == more).map(|step| step.delivery);
        let (going_on, finished): (Vec<i64>, Vec<i64>) = (ids(true).collect(), ids(false).collect());
        let mut script = QueryBuilder::default();
        push_copies(&mut script, some);
        push_last_made(&mut script, some);
        if !going_on.is_empty() {
            script.push("UPDATE outbox SET step = step + 1, unclear = 0 WHERE id IN ");
            push_list(&mut script, &going_on).push(";");
        }
        push_finish(&mut script, &finished);
        run(db, script, is_kept(some)).await?;
    }
    Ok(vec![(); done.len()])
}

/// The new messages.
fn push_copies(script: &mut QueryBuilder<Sqlite>, done: &[Done]) {
    let mut rows = Vec::new();
    for step in done {
        let Some(message) = step.message else { continue };
        rows.extend(step.receipt.made.iter().map(|id| (step.chat, id, message, step.step)));
    }
    if rows.is_empty() {
        return;
    }
    script.push(
        "INSERT INTO copies (chat, id, message, step)
         SELECT v.column1, v.column2, v.column3, v.column4 FROM (",
    );
    script.push_values(&rows, |mut row, (chat, id, message, step)| {
        row.push_bind(chat).push_bind(id.as_str()).push_bind(message).push_bind(step);
    });
    // A message may be forgotten while it is delivered.
    script.push(
        ") AS v WHERE EXISTS (SELECT 1 FROM messages WHERE id = v.column3) ON CONFLICT (chat, id) DO NOTHING;",
    );
}

/// Which message is the last in each chat.
fn push_last_made(script: &mut QueryBuilder<Sqlite>, done: &[Done]) {
    let mut rows = Vec::new();
    for step in done {
        rows.extend(step.receipt.made.last().or(step.receipt.line.last()).map(|id| (step.chat, id)));
    }
    if rows.is_empty() {
        return;
    }
    script.push("UPDATE chats SET last_made = v.column2 FROM (");
    script.push_values(&rows, |mut row, (chat, id)| {
        row.push_bind(chat).push_bind(id.as_str());
    });
    script.push(") AS v WHERE chats.id = v.column1;");
}

/// What few steps do: keep a line of ours current, take messages away, find one gone.
async fn remember_rest(db: &mut SqliteConnection, done: &Done) -> Result<()> {
    if let Some(message) = done.message.filter(|_| !done.receipt.line.is_empty()) {
        let (about, line) = subject(db, message).await?;
        insert_line(db, about, line, done.chat, &done.receipt.line).await?;
    }
    if let Some(message) = done.message {
        if done.receipt.absent {
            unsaid::keep(db, done.delivery, message, done.chat).await?;
        } else if !done.receipt.gone.is_empty() {
            unsaid::forget(db, message, done.chat).await?;
        }
    }
    for gone in &done.receipt.gone {
        sqlx::query("DELETE FROM copies WHERE chat = $1 AND id = $2")
            .bind(done.chat)
            .bind(gone.as_str())
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// Takes deliveries out of their lanes; the last one of an event takes its body along.
pub(super) async fn finish(db: &mut SqliteConnection, deliveries: &[i64]) -> Result<()> {
    let mut script = QueryBuilder::default();
    push_finish(&mut script, deliveries);
    run(db, script, is_kept(deliveries)).await
}

fn push_finish(script: &mut QueryBuilder<Sqlite>, deliveries: &[i64]) {
    if deliveries.is_empty() {
        return;
    }
    script.push("UPDATE events SET body = NULL WHERE id IN (SELECT event FROM outbox WHERE id IN ");
    push_list(script, deliveries)
        .push(") AND NOT EXISTS (SELECT 1 FROM outbox WHERE event = events.id AND id NOT IN ");
    push_list(script, deliveries).push(format!(") AND {NOT_KEPT}; DELETE FROM outbox WHERE id IN "));
    push_list(script, deliveries).push(";");
}

/// Forgets what events said, once nothing of them is to be delivered any more.
pub(super) async fn forget_bodies(db: &mut SqliteConnection, events: &[i64]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let mut query = QueryBuilder::new("UPDATE events SET body = NULL WHERE id IN ");
    push_list(&mut query, events)
        .push(format!(" AND NOT EXISTS (SELECT 1 FROM outbox WHERE event = events.id) AND {NOT_KEPT}"));
    query.build().persistent(is_kept(events)).execute(db).await?;
    Ok(())
}

/// A list of numbers, in brackets.
pub(super) fn push_list<'q>(
    query: &'q mut QueryBuilder<Sqlite>,
    numbers: &[i64],
) -> &'q mut QueryBuilder<Sqlite> {
    query.push("(");
    let mut list = query.separated(", ");
    for number in numbers {
        list.push_bind(*number);
    }
    query.push(")")
}

/// What a line is below: a poll, or the message that a reaction is about.
async fn subject(db: &mut SqliteConnection, message: i64) -> Result<(i64, Line)> {
    let about: Option<i64> =
        sqlx::query_scalar("SELECT about FROM messages WHERE id = $1").bind(message).fetch_one(db).await?;
    Ok(about.map_or((message, Line::Votes), |about| (about, Line::Reactions)))
}
