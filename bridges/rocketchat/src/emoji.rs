//! The workspace's own emoji. (REST, `emoji-custom.list`)

use std::{collections::HashMap, sync::Arc, time::Duration};

use contract::{Media, MediaKind, Result};
use moka::future::Cache;

use crate::{RocketChat, client::repeatable, times::ms};

/// How long they are believed to be all there are.
const KNOWN: Duration = Duration::from_mins(10);

/// Their pictures by their names.
pub(crate) type Known = Cache<(), Arc<HashMap<String, Media>>>;

/// Nothing known yet.
pub(crate) fn known() -> Known {
    Cache::builder().max_capacity(1).time_to_live(KNOWN).build()
}

impl RocketChat {
    /// All of them, under each of their names.
    pub(crate) async fn custom_emoji(&self) -> Result<Arc<HashMap<String, Media>>> {
        let listed = async {
            let answer = self.client.get("emoji-custom.list", &[]).await.map_err(repeatable)?;
            let mut pictures = HashMap::new();
            for emoji in answer["emojis"]["update"].as_array().into_iter().flatten() {
                let word = |key: &str| emoji[key].as_str().filter(|word| !word.is_empty());
                let (Some(id), Some(name), Some(extension)) = (word("_id"), word("name"), word("extension"))
                else {
                    continue;
                };
                let unique = format!("emoji:{id}:{}", ms(&emoji["_updatedAt"]));
                let file = format!("{name}.{extension}");
                let address = self.client.url(&["emoji-custom", &file]);
                let picture = Media::new(MediaKind::Photo, address, unique);
                let aliases = emoji["aliases"].as_array().into_iter().flatten();
                for name in aliases.filter_map(|alias| alias.as_str()).chain([name]) {
                    pictures.insert(name.to_owned(), picture.clone());
                }
            }
            Ok(Arc::new(pictures))
        };
        self.emoji.try_get_with((), listed).await.map_err(|fault: Arc<contract::Fault>| (*fault).clone())
    }
}
