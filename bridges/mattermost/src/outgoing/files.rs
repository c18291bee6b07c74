//! Sending files, streamed from where they are. (API v4, `POST /files`)

use contract::{Fault, Media, Parcel, Result};
use reqwest::{Method, multipart::Form};
use wire::{files, http::FILE_PATIENCE};

use super::Voice;
use crate::{Mattermost, client::repeatable};

impl Mattermost {
    /// Puts files on the server, for the next post. Doing it twice is no harm: what no post has is dropped.
    pub(super) async fn send_files(
        &self,
        parcel: &Parcel<'_>,
        voice: &Voice,
        media: &[Media],
    ) -> Result<Vec<String>> {
        let mut ids = Vec::new();
        for media in media {
            let limit = parcel.largest_file;
            let (part, size) = files::part(parcel, media, limit).await?;
            // What comes before the file is read before it.
            let form = Form::new().text("channel_id", parcel.chat.as_str().to_owned()).part("files", part);
            let request =
                voice.client.request(Method::POST, &["files"]).timeout(FILE_PATIENCE).multipart(form);
            let answer = match voice.client.send(request).await {
                Ok(answer) => answer,
                Err(failure) if failure.status() == Some(413) => {
                    return Err(files::too_big(media, Some(size), limit));
                }
                Err(failure) => {
                    let fault = self.given_back(parcel, voice, &failure).await;
                    return Err(fault.unwrap_or_else(|| repeatable(failure)));
                }
            };
            match answer["file_infos"][0]["id"].as_str() {
                Some(id) => ids.push(id.to_owned()),
                None => return Err(Fault::retry("the server gave no file id")),
            }
        }
        Ok(ids)
    }
}
