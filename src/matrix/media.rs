//! Files from and to the homeserver's media repository, streamed.

use std::{io, pin::Pin, sync::atomic::Ordering, time::Duration};

use contract::{Download, Fault, Media, Network, Phrase, Result};
use futures_util::{Stream, TryStreamExt};
use reqwest::{
    Body, Method,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use ruma::MxcUri;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncSeekExt, AsyncWriteExt};
use tokio_util::io::ReaderStream;
use wire::files;

use super::{Matrix, client::Call, pictures};
use crate::store::Upload;

type Bytes = Pin<Box<dyn Stream<Item = io::Result<bytes::Bytes>> + Send>>;

/// How long a whole file may take.
const PATIENCE: Duration = Duration::from_mins(10);

/// Bytes of the largest picture that is looked at.
const LARGEST_PICTURE: u64 = 20_000_000;

impl Matrix {
    /// Asks how large a file the homeserver takes (client-server API, `GET /media/config`).
    pub(super) async fn learn_upload_limit(&self) -> Result<()> {
        let config = self.client.call(Call::get(&["client", "v1", "media", "config"])).await?;
        if let Some(limit) = config["m.upload.size"].as_u64() {
            self.upload_limit.store(limit, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Puts a network's file into the media repository, once, unless it has more bytes than `limit`.
    pub(super) async fn upload(&self, source: &dyn Network, media: &Media, limit: u64) -> Result<Upload> {
        if let Some(upload) = self.store.upload(source.name(), &media.unique).await? {
            let size = upload.about.get("size").and_then(Value::as_u64);
            return match size.filter(|size| *size > limit) {
                Some(_) => Err(files::too_big(media, size, limit)),
                None => Ok(upload),
            };
        }
        let limit = limit.min(self.upload_limit.load(Ordering::Relaxed));
        let mut file = files::open(source, media, limit).await?;
        let mut about = Map::new();
        if pictures::is_shown(&file.mime) && file.size <= LARGEST_PICTURE {
            let (bytes, seen) = self.look_at(file.bytes, &file.mime).await?;
            file.bytes = bytes;
            about = seen;
        }
        about.insert("mimetype".to_owned(), file.mime.as_str().into());
        about.insert("size".to_owned(), file.size.into());
        let name = media.name.as_ref().map(|_| files::name(media, &file.mime));
        let body = Body::wrap_stream(file.bytes);
        let uri =
            self.put(body, file.size, &file.mime, name.as_deref()).await.map_err(|fault| match fault {
                Fault::Refused { detail, .. } if detail.contains("M_TOO_LARGE") => {
                    files::too_big(media, Some(file.size), limit)
                }
                fault => fault,
            })?;
        let upload = Upload { uri, about };
        self.store.save_upload(source.name(), &media.unique, &upload).await?;
        Ok(upload)
    }

    /// A picture on its way, by way of the disk, and what is seen of it: pixels, a blur, and a small picture that is
    /// uploaded too where it helps. What cannot be read as a picture goes on as it is.
    async fn look_at(&self, bytes: Bytes, mime: &str) -> Result<(Bytes, Map<String, Value>)> {
        let broken = |why: io::Error| Fault::retry(why.to_string());
        let (file, _) = spool(bytes).await.map_err(broken)?;
        let seen = pictures::look(file.try_clone().await.map_err(broken)?.into_std().await, mime).await;
        let mut about = Map::new();
        if let Some(seen) = seen {
            about = seen.info;
            if let Some(small) = seen.small {
                let size = small.bytes.len() as u64;
                let uri = self.put(small.bytes.into(), size, small.mime, None).await?;
                let info =
                    json!({ "mimetype": small.mime, "size": size, "w": small.width, "h": small.height });
                about.insert("thumbnail_url".to_owned(), uri.into());
                about.insert("thumbnail_info".to_owned(), info);
            }
        }
        let mut file = file;
        file.rewind().await.map_err(broken)?;
        Ok((Box::pin(ReaderStream::new(file)), about))
    }

    /// Puts bytes into the media repository (client-server API, `POST /media/upload`), and returns their address.
    async fn put(&self, body: Body, size: u64, mime: &str, name: Option<&str>) -> Result<String> {
        let mut request = self
            .client
            .request(Method::POST, &["media", "v3", "upload"])
            .header(CONTENT_LENGTH, size)
            .header(CONTENT_TYPE, mime)
            .timeout(PATIENCE)
            .body(body);
        if let Some(name) = name {
            request = request.query(&[("filename", name)]);
        }
        let answer = self.client.send(request).await?;
        let answer: Value = answer.json().await.map_err(|why| Fault::retry(why.without_url().to_string()))?;
        let uri = answer["content_uri"].as_str().unwrap_or_default().to_owned();
        if !<&MxcUri>::from(uri.as_str()).is_valid() {
            return Err(Fault::retry("the homeserver gave no address for a file"));
        }
        Ok(uri)
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
            // A file whose size nobody says goes to disk first, to be counted.
            None => {
                let bytes = answer.bytes_stream().map_err(|why| io::Error::other(why.without_url()));
                let (file, size) =
                    spool(Box::pin(bytes)).await.map_err(|why| Fault::retry(why.to_string()))?;
                Ok(Download { size, mime, bytes: Box::pin(ReaderStream::new(file)) })
            }
        }
    }
}

/// A file on disk, from its beginning, and its size.
async fn spool(mut bytes: Bytes) -> io::Result<(tokio::fs::File, u64)> {
    let mut file = tokio::fs::File::from_std(tempfile::tempfile()?);
    let mut size = 0;
    while let Some(some) = bytes.try_next().await? {
        size += some.len() as u64;
        file.write_all(&some).await?;
    }
    file.rewind().await?;
    Ok((file, size))
}
