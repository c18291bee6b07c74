//! People's pictures, where the public may see them.
//!
//! Other networks show a picture by its address, and homeservers no longer give theirs to anybody who asks. So we
//! serve them, each at an address that only we can write: nothing else of any network becomes public.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use bytes::{Bytes, BytesMut};
use contract::{Author, ChatId, Fault, Media, MediaKind, Network, NetworkName, Person};
use futures_util::TryStreamExt;
use hmac::{Hmac, Mac};
use moka::future::Cache;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use url::Url;

use crate::outbox::Networks;

/// How long a face is believed to be somebody's.
const KNOWN: Duration = Duration::from_mins(10);
/// How many people's faces are known at once.
const MOST_PEOPLE: u64 = 10_000;
/// Bytes of the largest picture, and of all that are kept.
const LARGEST: usize = 2 << 20;
const MOST_BYTES: u64 = 8 << 20;
/// Bytes of a signature.
const SIGNATURE: usize = 16;

/// Where somebody's picture is, on their own network.
#[derive(Clone, Debug)]
struct Found(Option<String>);

/// The addresses of people's pictures, and what is behind them.
pub struct Faces {
    public: Option<Url>,
    secret: SecretString,
    networks: Networks,
    known: Cache<Person, Found>,
    pictures: Cache<(NetworkName, String), Picture>,
}

#[derive(Clone, Debug)]
struct Picture {
    mime: &'static str,
    bytes: Bytes,
}

impl std::fmt::Debug for Faces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Faces")
            .field("public", &self.public.as_ref().map(Url::as_str))
            .finish_non_exhaustive()
    }
}

impl Faces {
    /// The faces of these networks' people under a public address; signed with `secret`. Without an address there are
    /// none.
    #[must_use]
    pub fn new(public: Option<Url>, secret: SecretString, networks: Networks) -> Arc<Self> {
        let known = Cache::builder().max_capacity(MOST_PEOPLE).time_to_live(KNOWN).build();
        let weigh = |_: &(NetworkName, String), picture: &Picture| {
            u32::try_from(picture.bytes.len()).unwrap_or(u32::MAX)
        };
        let pictures =
            Cache::builder().max_capacity(MOST_BYTES).weigher(weigh).time_to_live(KNOWN * 6).build();
        Arc::new(Self { public, secret, networks, known, pictures })
    }

    /// The address of somebody's picture. `None` when they have none, or we serve none.
    pub async fn address(&self, source: &dyn Network, chat: &ChatId, author: &Author) -> Option<String> {
        let public = self.public.as_ref().filter(|_| !author.is_bridge())?;
        let person = &author.person;
        let found = self.known.get(person).await;
        let Found(locator) = match found {
            Some(found) => found,
            None => {
                let profile = source.profile(chat, &person.user).await.ok()?;
                let found = Found(profile.avatar.map(|avatar| avatar.locator));
                self.known.insert(person.clone(), found.clone()).await;
                found
            }
        };
        let locator = hex(locator?.as_bytes());
        let signature = hex(&self.sign(person.network.as_str(), &locator));
        let mut url = public.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend([
            "face",
            person.network.as_str(),
            &locator,
            &signature,
        ]);
        Some(url.into())
    }

    /// `GET /face/<network>/<picture>/<signature>`: a picture that we once gave the address of.
    pub fn routes(self: &Arc<Self>) -> axum::Router {
        axum::Router::new()
            .route("/face/{network}/{picture}/{signature}", get(serve))
            .with_state(self.clone())
    }

    fn mac(&self, network: &str, locator: &str) -> Hmac<Sha256> {
        // HMAC takes a key of any length.
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.expose_secret().as_bytes())
            .unwrap_or_else(|_| unreachable!("HMAC takes a key of any length"));
        for part in ["face", network, locator] {
            mac.update(part.as_bytes());
            mac.update(&[0]);
        }
        mac
    }

    fn sign(&self, network: &str, locator: &str) -> Vec<u8> {
        self.mac(network, locator).finalize().into_bytes()[..SIGNATURE].to_vec()
    }

    async fn picture(&self, network: NetworkName, locator: String) -> Result<Picture, Arc<Fault>> {
        let source = self.networks.get(&network).cloned();
        let key = (network, locator.clone());
        let fetch = async move {
            let source = source.ok_or(Fault::Unsupported)?;
            fetch(source.as_ref(), &locator).await
        };
        self.pictures.try_get_with(key, fetch).await
    }
}

async fn serve(
    State(faces): State<Arc<Faces>>,
    Path((network, locator, signature)): Path<(String, String, String)>,
) -> Response {
    let signed = unhex(&signature).filter(|given| given.len() == SIGNATURE);
    let right =
        signed.is_some_and(|given| faces.mac(&network, &locator).verify_truncated_left(&given).is_ok());
    let locator = unhex(&locator).and_then(|bytes| String::from_utf8(bytes).ok()).filter(|_| right);
    let Some(locator) = locator else { return StatusCode::NOT_FOUND.into_response() };
    match faces.picture(network.into(), locator).await {
        Ok(picture) => {
            let headers = [
                (header::CONTENT_TYPE, picture.mime),
                (header::CACHE_CONTROL, "public, max-age=86400"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
            ];
            (headers, picture.bytes).into_response()
        }
        Err(fault) => match fault.as_ref() {
            Fault::Retry { .. } | Fault::Unclear { .. } => StatusCode::BAD_GATEWAY.into_response(),
            _ => StatusCode::NOT_FOUND.into_response(),
        },
    }
}

async fn fetch(source: &dyn Network, locator: &str) -> Result<Picture, Fault> {
    let mut file = source.picture(&Media::new(MediaKind::Photo, locator, locator)).await?;
    let mut bytes = BytesMut::new();
    while let Some(part) = file.bytes.try_next().await.map_err(|why| Fault::retry(why.to_string()))? {
        if bytes.len() + part.len() > LARGEST {
            return Err(Fault::Unsupported);
        }
        bytes.extend_from_slice(&part);
    }
    let mime = sniff(&bytes).ok_or(Fault::Unsupported)?;
    Ok(Picture { mime, bytes: bytes.freeze() })
}

/// What a picture is by its first bytes; nothing else is served, whatever it is called.
fn sniff(bytes: &[u8]) -> Option<&'static str> {
    let starts: [(&[u8], &'static str); 4] = [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
        (b"RIFF", "image/webp"),
    ];
    let (_, mime) = starts.into_iter().find(|(start, _)| bytes.starts_with(start))?;
    (mime != "image/webp" || bytes.get(8..12) == Some(b"WEBP".as_slice())).then_some(mime)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

fn unhex(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_we_signed_is_an_address() {
        let faces = |secret: &str| Faces::new(None, SecretString::from(secret), Networks::default());
        let ours = faces("secret");
        let signature = ours.sign("matrix", "6162");
        let holds = |network: &str, locator: &str, faces: &Faces| {
            faces.mac(network, locator).verify_truncated_left(&signature).is_ok()
        };
        assert!(holds("matrix", "6162", &ours));
        assert!(!holds("matrix", "6163", &ours));
        assert!(!holds("matrix6", "162", &ours), "parts do not run together");
        assert!(!holds("matrix", "6162", &faces("another")));
    }

    #[test]
    fn only_pictures_are_pictures() {
        assert_eq!(sniff(b"\xff\xd8\xff\xe0rest"), Some("image/jpeg"));
        assert_eq!(sniff(b"RIFF....WEBPVP8 "), Some("image/webp"));
        assert_eq!(sniff(b"RIFF....WAVEfmt "), None);
        assert_eq!(sniff(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), None);
        assert_eq!(unhex(&hex(b"mxc://a/b")).as_deref(), Some(b"mxc://a/b".as_slice()));
        assert_eq!(unhex("zz"), None);
    }
}
