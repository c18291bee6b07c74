//! Files from and to the homeserver's media repository, streamed.

use std::{io, sync::atomic::Ordering, time::Duration};

use contract::{Download, Fault, Media, Network, Phrase, Result};
use futures_util::TryStreamExt;
use reqwest::{
    Body, Method, Response,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use ruma::MxcUri;
use serde_json::Value;
use tokio::io::{AsyncSeekExt, AsyncWriteExt};
use tokio_util::io::ReaderStream;

use super::{Matrix, client::Call};

/// How long a whole file may take.
const PATIENCE: Duration = Duration::from_mins(10);

/// A file in the media repository.
pub(super) struct Uploaded {
    /// Its `mxc://` address.
    pub uri: String,
}

impl Matrix {
    /// Asks how large a file the homeserver takes (client-server API, `GET /media/config`).
    pub(super) async fn learn_upload_limit(&self) -> Result<()> {
        let config = self.client.call(Call::get(&["client", "v1", "media", "config"])).await?;
        if let Some(limit) = config["m.upload.size"].as_u64() {
            self.upload_limit.store(limit, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Puts a network's file into the media repository, once.
    pub(super) async fn upload(&self, source: &dyn Network, media: &Media) -> Result<Uploaded> {
        if let Some(uri) = self.store.upload(source.name(), &media.unique).await? {
            return Ok(Uploaded { uri });
        }
        let file = source.download(media).await?;
        let limit = self.upload_limit.load(Ordering::Relaxed);
        if file.size > limit {
            return Err(too_big(media, file.size, limit));
        }
        let mime = media.mime.clone().or(file.mime).unwrap_or_else(|| "application/octet-stream".to_owned());
        let mut request = self
            .client
            .request(Method::POST, &["media", "v3", "upload"])
            .header(CONTENT_LENGTH, file.size)
            .header(CONTENT_TYPE, mime)
            .timeout(PATIENCE)
            .body(Body::wrap_stream(file.bytes));
        if let Some(name) = &media.name {
            request = request.query(&[("filename", name)]);
        }
        let answer = self.client.send(request).await.map_err(|refusal| match refusal.errcode.as_str() {
            "M_TOO_LARGE" => too_big(media, file.size, limit),
            _ => refusal.into(),
        })?;
        let answer: Value = answer.json().await.map_err(|why| Fault::retry(why.without_url().to_string()))?;
        let uri = answer["content_uri"].as_str().unwrap_or_default().to_owned();
        if !<&MxcUri>::from(uri.as_str()).is_valid() {
            return Err(Fault::retry("the homeserver gave no address for a file"));
        }
        self.store.save_upload(source.name(), &media.unique, &uri).await?;
        Ok(Uploaded { uri })
    }

    /// The bytes of a room's file.
    pub(super) async fn fetch(&self, media: &Media) -> Result<Download> {
        self.fetch_as(media, "download", &[]).await
    }

    /// A small picture of a room's picture (client-server API, "Thumbnails").
    pub(super) async fn fetch_thumbnail(&self, media: &Media) -> Result<Download> {
        self.fetch_as(media, "thumbnail", &[("width", "128"), ("height", "128"), ("method", "crop")]).await
    }

    /// Authenticated; by the old path where the server is older than that.
    async fn fetch_as(&self, media: &Media, form: &str, query: &[(&str, &str)]) -> Result<Download> {
        let missing = |why: &str| Fault::refused(Phrase::new("file-unreachable"), why);
        let uri = <&MxcUri>::from(media.locator.as_str());
        let Ok((server, id)) = uri.parts() else { return Err(missing("not an mxc address")) };
        let get = |path: &[&str]| self.client.request(Method::GET, path).query(query).timeout(PATIENCE);
        let answer = self.client.send(get(&["client", "v1", "media", form, server.as_str(), id])).await;
        let answer = match answer {
            Err(refusal) if refusal.errcode == "M_UNRECOGNIZED" => {
                self.client.send(get(&["media", "v3", form, server.as_str(), id])).await
            }
            answer => answer,
        };
        let answer = answer.map_err(|refusal| match refusal.is_missing() || refusal.is_forbidden() {
            true => missing(&refusal.to_string()),
            false => refusal.into(),
        })?;
        let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let mime = header(CONTENT_TYPE).map(str::to_owned);
        match header(CONTENT_LENGTH).and_then(|size| size.parse().ok()) {
            Some(size) => {
                let bytes = answer.bytes_stream().map_err(|why| io::Error::other(why.without_url()));
                Ok(Download { size, mime, bytes: Box::pin(bytes) })
            }
            None => spool(answer, mime).await.map_err(|why| Fault::retry(why.to_string())),
        }
    }
}

/// A file whose size nobody says goes to disk first, to be counted.
async fn spool(mut answer: Response, mime: Option<String>) -> io::Result<Download> {
    let mut file = tokio::fs::File::from_std(tempfile::tempfile()?);
    let mut size = 0;
    while let Some(bytes) = answer.chunk().await.map_err(|why| io::Error::other(why.without_url()))? {
        size += bytes.len() as u64;
        file.write_all(&bytes).await?;
    }
    file.rewind().await?;
    Ok(Download { size, mime, bytes: Box::pin(ReaderStream::new(file)) })
}

fn too_big(media: &Media, size: u64, limit: u64) -> Fault {
    let reason = Phrase::new("file-too-big")
        .with("kind", "file")
        .with("name", media.name.as_deref().unwrap_or("none"))
        .with("size", size.div_ceil(1_000_000))
        .with("limit", limit.div_ceil(1_000_000));
    Fault::refused(reason, format!("{size} bytes, the limit is {limit}"))
}
