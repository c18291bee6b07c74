//! Files. (API v4, "Files")

use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    error::Refusal,
    model::{FileInfo, Post},
    world::{World, is_id, new_id},
};

type Made<T> = Result<T, Refusal>;

impl World {
    /// A file that waits for a post.
    pub fn add_file(&mut self, user: &str, name: &str, mime: &str, bytes: Bytes) -> Made<Value> {
        if bytes.len() > self.settings.max_file_size {
            let message = format!(
                "Unable to upload file {name}. -1 bytes exceeds the maximum allowed {} bytes.",
                self.settings.max_file_size
            );
            return Err(Refusal::new(413, "api.file.upload_file.too_large_detailed.app_error", message));
        }
        let file = FileInfo {
            id: new_id(),
            user: user.into(),
            post: String::new(),
            name: name.into(),
            mime: kind_of(&bytes, name, mime),
            create_at: self.now(),
            bytes,
        };
        let told = file.json();
        self.files.insert(file.id.clone(), file);
        Ok(told)
    }

    /// A file that somebody may see: on a post they can read, or their own.
    pub fn visible_file(&self, user: &str, id: &str) -> Made<FileInfo> {
        if !is_id(id) {
            return Err(Refusal::url_param("file_id"));
        }
        let file = self.files.get(id).ok_or_else(Refusal::no_file)?;
        if file.post.is_empty() {
            return if file.user == user { Ok(file.clone()) } else { Err(Refusal::permissions()) };
        }
        let post =
            self.posts.get(&file.post).filter(|post| post.delete_at == 0).ok_or_else(Refusal::no_file)?;
        self.may_read(user, &post.channel)?;
        Ok(file.clone())
    }

    /// The files that may go with a post: others are dropped without a word.
    pub fn attach(&self, user: &str, files: Vec<String>) -> Vec<String> {
        let free = |id: &String| {
            let file = self.files.get(id);
            file.is_some_and(|file| file.user == user && file.post.is_empty())
        };
        files.into_iter().filter(free).collect()
    }

    /// The files of a post once it is patched with these, where the server exchanges them: what is no longer named is
    /// deleted. Old servers pass them over.
    pub fn exchanged(&mut self, post: &Post, wanted: &Value) -> Vec<String> {
        let Ok(wanted) = serde_json::from_value::<Vec<String>>(wanted.clone()) else {
            return post.files.clone();
        };
        if !self.settings.exchanges_files {
            return post.files.clone();
        }
        let (mut files, added): (Vec<String>, Vec<String>) =
            wanted.into_iter().partition(|id| post.files.contains(id));
        for id in self.attach(&post.user, added) {
            if let Some(file) = self.files.get_mut(&id) {
                file.post.clone_from(&post.id);
            }
            files.push(id);
        }
        for gone in post.files.iter().filter(|id| !files.contains(id)) {
            self.files.remove(gone);
        }
        files
    }

    /// `GET /posts/{id}/files/info`.
    pub fn files_of(&self, user: &str, post: &str) -> Made<Value> {
        let post = self.visible_post(user, post)?;
        let files: Vec<Value> =
            post.files.iter().filter_map(|id| self.files.get(id)).map(FileInfo::json).collect();
        Ok(json!(files))
    }
}

/// What a file is, by its first bytes, else by its name.
fn kind_of(bytes: &[u8], name: &str, claimed: &str) -> String {
    let starts: [(&[u8], &str); 5] = [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
        (b"%PDF", "application/pdf"),
        (b"OggS", "audio/ogg"),
    ];
    if let Some((_, mime)) = starts.iter().find(|(start, _)| bytes.starts_with(start)) {
        return (*mime).to_owned();
    }
    match name.rsplit_once('.').map(|(_, end)| end.to_lowercase()).as_deref() {
        Some("png") => "image/png".into(),
        Some("jpg" | "jpeg") => "image/jpeg".into(),
        Some("svg") => "image/svg+xml".into(),
        Some("html") => "text/html; charset=utf-8".into(),
        Some("txt") => "text/plain; charset=utf-8".into(),
        Some("mp4") => "video/mp4".into(),
        Some("mp3") => "audio/mpeg".into(),
        _ => claimed.into(),
    }
}
