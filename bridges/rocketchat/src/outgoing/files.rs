//! Sending files, streamed from where they are (REST, `rooms.media` and `rooms.mediaConfirm`; before 6.10 `rooms.upload`).
//!
//! The server chooses the message's id: what may have been sent is looked for before it is sent again.

use contract::{Fault, Media, MessageId, Parcel, Result, one_line};
use reqwest::{Method, multipart::Form};
use serde_json::{Value, json};
use wire::{Failure, files, http::FILE_PATIENCE};

use super::{Manner, put_name};
use crate::{
    RocketChat,
    client::{Answer, code, repeatable, sending},
    times::ms,
};

/// Messages looked at when a file may be there already.
const LOOKED_AT: &str = "100";
/// How far the clocks may be apart, milliseconds.
const SKEW: i64 = 120_000;

impl RocketChat {
    pub(super) async fn say_file(
        &self,
        parcel: &Parcel<'_>,
        manner: &Manner,
        media: &Media,
        words: &str,
    ) -> Result<MessageId> {
        if parcel.unclear {
            if let Some(found) = self.find_file(parcel, media).await? {
                tracing::info!(chat = %parcel.chat, "a file whose answer was lost is there");
                return Ok(found);
            }
            self.in_doubt.again()?;
        }
        let limit = parcel.largest_file;
        let (part, size) = files::part(parcel, media, limit).await?;
        let refused = |failure: Failure, fault: fn(Failure) -> Fault| match &failure {
            Failure::Refused { status: 413, .. } => files::too_big(media, Some(size), limit),
            Failure::Refused { body, .. } if code(body).contains("error-file-too-large") => {
                files::too_big(media, Some(size), limit)
            }
            _ => fault(failure),
        };
        let room = parcel.chat.as_str();
        let url = self.client.url(&["api", "v1", "rooms.media", room]);
        let uploaded = self.upload(url, Form::new().part("file", part)).await;
        let made = match uploaded {
            Ok(uploaded) => {
                let id = uploaded["file"]["_id"].as_str().unwrap_or_default().to_owned();
                self.confirm(parcel, manner, &id, words).await.map_err(|failure| refused(failure, sending))?
            }
            Err(failure) if failure.status() == Some(404) => {
                self.upload_at_once(parcel, manner, media, words).await?
            }
            // Nothing is posted yet: doing it again is no harm.
            Err(failure) => return Err(refused(failure, repeatable)),
        };
        match made["message"]["_id"].as_str() {
            Some(id) => Ok(id.into()),
            None => Err(Fault::unclear("the server gave no message id")),
        }
    }

    async fn upload(&self, url: url::Url, form: Form) -> Answer {
        let request = self.client.request(Method::POST, url);
        self.client.send(request.timeout(FILE_PATIENCE).multipart(form)).await
    }

    async fn confirm(&self, parcel: &Parcel<'_>, manner: &Manner, file: &str, words: &str) -> Answer {
        let route = ["rooms.mediaConfirm", parcel.chat.as_str(), file];
        let mut body = json!({ "msg": words, "groupable": false });
        if let Some(thread) = &manner.thread {
            body["tmid"] = json!(thread);
        }
        put_name(parcel, manner, &mut body);
        match self.client.post(&route, &body).await {
            // Some server will not take a name with a file: then it stands before the words.
            Err(Failure::Refused { status: 400, body: why }) if code(&why) == "invalid-params" => {
                let mut words = words.to_owned();
                if manner.named && !parcel.author.is_bridge() {
                    words = format!("*{}* {words}", one_line(parcel.author.shown()).replace('*', ""));
                }
                let mut bare = json!({ "msg": words.trim_end() });
                if let Some(thread) = &manner.thread {
                    bare["tmid"] = json!(thread);
                }
                self.client.post(&route, &bare).await
            }
            confirmed => confirmed,
        }
    }

    /// As servers before 6.10 take files: in one step.
    async fn upload_at_once(
        &self,
        parcel: &Parcel<'_>,
        manner: &Manner,
        media: &Media,
        words: &str,
    ) -> Result<Value> {
        let (part, _) = files::part(parcel, media, parcel.largest_file).await?;
        let mut fields = json!({});
        put_name(parcel, manner, &mut fields);
        let mut form = Form::new().text("msg", words.to_owned()).text("groupable", "false");
        if let Some(thread) = &manner.thread {
            form = form.text("tmid", thread.clone());
        }
        for key in ["alias", "avatar"] {
            if let Some(value) = fields[key].as_str() {
                form = form.text(key, value.to_owned());
            }
        }
        let url = self.client.url(&["api", "v1", "rooms.upload", parcel.chat.as_str()]);
        self.upload(url, form.part("file", part)).await.map_err(sending)
    }

    /// A message of ours with this very file, newer than what was known before it was sent.
    async fn find_file(&self, parcel: &Parcel<'_>, media: &Media) -> Result<Option<MessageId>> {
        let room = self.room(parcel.chat.as_str()).await?;
        let route = format!("{}.history", room.family());
        let query = [("roomId", room.id.as_str()), ("count", LOOKED_AT)];
        let answer = self.client.get(&route, &query).await.map_err(repeatable)?;
        let own = self.client.session().await?.user;
        let name = files::name(media, media.mime.as_deref().unwrap_or_default());
        let mut messages = answer["messages"].as_array().cloned().unwrap_or_default();
        messages.sort_by_key(|message| std::cmp::Reverse(ms(&message["ts"])));
        for message in messages {
            let id = message["_id"].as_str().unwrap_or_default();
            if parcel.after.iter().any(|known| known.as_str() == id) {
                return Ok(None);
            }
            let ours = message["u"]["_id"] == own.as_str() && message["file"]["name"] == name.as_str();
            if ours && ms(&message["ts"]) > parcel.at.0 - SKEW {
                return Ok(Some(id.into()));
            }
        }
        Ok(None)
    }
}
